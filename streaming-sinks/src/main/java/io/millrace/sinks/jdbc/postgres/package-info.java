/**
 * PostgreSQL: rows are sent by binary COPY or as arrays, and merged by ON CONFLICT. This package depends only on
 * {@code dialect}; the sinks know nothing of it but {@link PostgresDialect}.
 *
 * <p>Dialect and connections:
 *
 * <ul>
 *   <li>{@link PostgresDialect}: the front door
 *   <li>{@link PostgresLogin}: the properties and settings of a session
 *   <li>{@link PostgresServer}: which servers and poolers are supported
 *   <li>{@link PostgresNames}: quoted names
 * </ul>
 *
 * <p>Catalog and types:
 *
 * <ul>
 *   <li>{@link PostgresCatalog}: tables, columns and indexes
 *   <li>{@link PostgresObstacles}, {@link PostgresSequence}: rules, policies, publications and sequences that make
 *       statements fail
 *   <li>{@link PostgresCodecs}, {@link PostgresCodec}: which type goes into which, and its binary format
 *   <li>{@link PostgresColumnTypes}: the columns of a table that a sink creates
 *   <li>{@link PostgresAssignment}: how a plain INSERT assigns a value
 *   <li>{@link PostgresBounds}, {@link PostgresJson}, {@link PostgresUuid}: values that the server would refuse, or
 *       spells in several ways
 * </ul>
 *
 * <p>Flush:
 *
 * <ul>
 *   <li>{@link PostgresUpsertSql}, {@link PostgresFlush}: the statements of an upsert, and a flush
 *   <li>{@link PostgresTemporaryTable}, {@link PostgresStagedColumns}: where the rows wait for the merge, in which
 *       types, and how their values are assigned
 *   <li>{@link PostgresCopy}, {@link PostgresArray}, {@link PostgresBuffer}: rows in COPY's format and as arrays
 *   <li>{@link PostgresOneByOne}, {@link PostgresMarkedCopy}: the rows of a flush one by one
 *   <li>{@link PostgresRowByRow}: the block that finds refused rows on the server, for flushes and batches
 * </ul>
 *
 * <p>Keys:
 *
 * <ul>
 *   <li>{@link PostgresKeyForms}: keys that Java compares as the server does
 *   <li>{@link PostgresKeySql}, {@link PostgresKeyComparison}: keys that the server compares, by the operators of its
 *       index
 *   <li>{@link PostgresKeyCheck}: what a key needs in addition to its index
 * </ul>
 *
 * <p>Exactly-once batches:
 *
 * <ul>
 *   <li>{@link PostgresExactlyOnceSql}: direct COPY, or a staging table and a merge; {@link PostgresParts}: several
 *       of both at the same time
 *   <li>{@link PostgresDeadLetterMergeSql}, {@link PostgresDeadLetterCopy}, {@link PostgresStagedRow}: the same with
 *       dead letters
 * </ul>
 *
 * <p>Look-ups:
 *
 * <ul>
 *   <li>{@link PostgresLookupSql}: rows by arrays of keys; {@link PostgresLookupType}: how keys of a type are sent
 * </ul>
 *
 * <p>Failures:
 *
 * <ul>
 *   <li>{@link PostgresFaults}: errors by SQLSTATE, and which of their texts hold no values
 * </ul>
 */
@NullMarked
package io.millrace.sinks.jdbc.postgres;

import org.jspecify.annotations.NullMarked;
