/**
 * MariaDB: rows are sent by INSERT of many rows each, and merged by ON DUPLICATE KEY UPDATE. This package depends only
 * on {@code dialect}; the sinks know nothing of it but {@link MariaDbDialect}.
 *
 * <p>Dialect and connections:
 *
 * <ul>
 *   <li>{@link MariaDbDialect}: the front door
 *   <li>{@link MariaDbLogin}: the properties and settings of a session
 *   <li>{@link MariaDbServer}: which servers are supported
 *   <li>{@link MariaDbNames}: quoted names
 * </ul>
 *
 * <p>Catalog and types:
 *
 * <ul>
 *   <li>{@link MariaDbCatalog}: tables, columns and indexes
 *   <li>{@link MariaDbCounter}: AUTO_INCREMENT columns that run out of numbers
 *   <li>{@link MariaDbTypes}, {@link MariaDbCodecs}, {@link MariaDbValue}: types, which goes into which, and the values
 *       for the driver
 *   <li>{@link MariaDbColumnTypes}: the columns of a table that a sink creates
 * </ul>
 *
 * <p>Flush:
 *
 * <ul>
 *   <li>{@link MariaDbUpsertSql}, {@link MariaDbFlush}: the statements of an upsert, and a flush
 *   <li>{@link MariaDbInsert}: many rows in a statement
 *   <li>{@link MariaDbKnownRows}: updates rows of known keys that an INSERT would refuse
 *   <li>{@link MariaDbRowByRow}: finds the refused rows
 * </ul>
 *
 * <p>Keys:
 *
 * <ul>
 *   <li>{@link MariaDbKeyForms}: keys that Java compares as the server does
 *   <li>{@link MariaDbKeyTable}: keys that the server compares, in a temporary table
 *   <li>{@link MariaDbKeyOrder}: the order in which tasks lock keys
 *   <li>{@link MariaDbKeyCheck}: what a key needs in addition to its index
 * </ul>
 *
 * <p>Exactly-once batches:
 *
 * <ul>
 *   <li>{@link MariaDbExactlyOnceSql}: direct INSERT, or a staging table and a merge
 * </ul>
 *
 * <p>Look-ups:
 *
 * <ul>
 *   <li>{@link MariaDbLookupSql}: rows by keys in JSON; {@link MariaDbLookupType}: how keys of a type are sent
 * </ul>
 *
 * <p>Failures:
 *
 * <ul>
 *   <li>{@link MariaDbFaults}: errors by code and SQLSTATE
 * </ul>
 */
@NullMarked
package io.millrace.sinks.jdbc.mariadb;

import org.jspecify.annotations.NullMarked;
