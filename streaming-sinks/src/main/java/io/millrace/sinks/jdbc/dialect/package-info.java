/**
 * The contract of a database for the JDBC sinks. This package depends on no other package of the sinks; the sinks and
 * the packages of the databases depend on it. It is public only for the latter, and not part of the API.
 *
 * <p>A new database implements, in this order:
 *
 * <ol>
 *   <li>{@link Dialect}: the URL, the driver, names, and the rest of this list; {@code Dialects} or a service of that
 *       type makes it known
 *   <li>{@link SqlFaults}: which {@link SqlFault} an error is
 *   <li>{@link Catalog}: reads a {@link TableShape} with its {@link TableColumn}s and {@link UniqueIndex}es, and finds
 *       each {@link Flaw}
 *   <li>{@link Dialect#takes}, {@link Dialect#keyForm}: types of columns, and how Java compares keys
 *   <li>{@link UpsertSql}: the flushes of an upsert
 *   <li>{@link ExactlyOnceSql}: exactly-once batches, through the staging tables of {@link StagingSql}
 *   <li>{@link DeadLetterMergeSql}: exactly-once batches with dead letters; optional
 *   <li>{@link LookupSql}: rows by their keys, of which {@link LookupKey} is one column; optional
 * </ol>
 *
 * <p>What it is given:
 *
 * <ul>
 *   <li>{@link ConnectionSettings}, {@link Reconnect}: connections
 *   <li>{@link TableName}, {@link PlannedColumn}: the table, and its columns with those of the stream
 *   <li>{@link UpsertSpec}: what an upsert does with a known key
 *   <li>{@link BatchParts}: how a batch may be written in parts
 *   <li>{@link TableUse}, {@link KeyRequirement}: what the checks must ask for
 *   <li>{@link AuxiliaryType}: the columns of the sinks' own tables
 * </ul>
 *
 * <p>Types of columns and comparison of keys:
 *
 * <ul>
 *   <li>{@link ColumnType}: a type
 *   <li>{@link KeyComparison}: how an index compares a column
 *   <li>{@link SparkTime}: dates and timestamps as numbers
 *   <li>{@link InvalidValueException}: a value that a column cannot take
 * </ul>
 *
 * <p>Refused rows:
 *
 * <ul>
 *   <li>{@link Refusal}: why the table refuses a row
 *   <li>{@link DeadLetter}: such a row in the table of dead letters, as {@link RowJson}
 *   <li>{@link RowJsonReader}, {@link RowJsonScalar}, {@link RowJsonText}: read it back; {@link RowJsonException}: a
 *       row that is not as its columns say
 * </ul>
 *
 * <p>Helpers for statements:
 *
 * <ul>
 *   <li>{@link Sql}, {@link SqlAction}, {@link SqlFunction}: run statements on a connection
 *   <li>{@link Interruption}: ends work that Spark no longer wants
 *   <li>{@link Digest}: short names for temporary tables
 * </ul>
 */
@NullMarked
package io.millrace.sinks.jdbc.dialect;

import org.jspecify.annotations.NullMarked;
