/**
 * The JDBC sinks: upserts, and micro-batches that are written exactly once. This package depends on {@code dialect},
 * the contract of a database, on {@code lookup}, the tasks of look-ups, and names {@code postgres} and {@code mariadb}
 * only in {@link Dialects}; none of them depends on it. Front doors:
 *
 * <ul>
 *   <li>{@link Database}: the URL, the login and the connections
 *   <li>{@link JdbcTarget}: a table and the limits of a flush; its verbs make the sinks
 *   <li>{@link JdbcUpsert}: the sink that writes rows by key
 *   <li>{@link JdbcExactlyOnce}: the sink that writes each micro-batch once
 *   <li>{@link JdbcTables}: the sink that writes each row into the table of its value
 *   <li>{@link DeadLetterSource}: the source that reads refused rows back
 *   <li>{@link JdbcLookup}: the step that adds columns of a table to rows
 * </ul>
 *
 * <p>Checks before the start:
 *
 * <ul>
 *   <li>{@link Planner}, {@link UpsertPlanner}, {@link ExactlyOncePlanner}: check the stream, the table and the server,
 *       and make the plan
 *   <li>{@link SinkRule}, {@link UpsertRule}, {@link ExactlyOnceRule}, {@link FlushLimits}: the settings of the user
 *   <li>{@link UpsertPlan}, {@link ExactlyOncePlan}: what the executors get
 *   <li>{@link StreamCheck}, {@link TableCheck}, {@link Identifier}: single checks; {@link Problems}
 *       collects what they find
 *   <li>{@link TableDdl}, {@link TableChange}: the statements that create the table or add columns, and when they run
 *   <li>{@link DriverSession}: the connection of the checks; {@link LoginProblem} explains why it failed
 * </ul>
 *
 * <p>Upserts, one flush after the other:
 *
 * <ul>
 *   <li>{@link UpsertWriter}, {@link UpsertTask}: the rows of a task, and when they are flushed
 *   <li>{@link PendingRows}, {@link RowKey}, {@link RowWeight}: the rows that wait for a flush, by key
 *   <li>{@link KeyFold}, {@link KeyChange}, {@link KeyChanges}: many rows of a key become one change
 *   <li>{@link FlushRows}, {@link UpsertFlush}: a flush and its transactions
 *   <li>{@link EarlyTransaction}: sends a flush while the server merges the previous one
 *   <li>{@link Retries}: transient errors, for exactly-once batches too
 * </ul>
 *
 * <p>Exactly-once batches:
 *
 * <ul>
 *   <li>{@link ExactlyOnceWriter}, {@link ExactlyOnceBatch}: a batch on the driver; {@link BatchResult} is its outcome,
 *       also if the answer to a COMMIT was lost
 *   <li>{@link ExactlyOnceTask}, {@link StagingTable}: the tasks write the rows or stage them
 *   <li>{@link BatchStaging}: the staging tables of a batch; {@link StagedRows} are merged by a {@link StagedMerge}
 *   <li>{@link BatchTransactions}: the merges and the ledgers in one transaction
 *   <li>{@link LedgerCheck}: whether a batch is committed already, or belongs to another checkpoint
 *   <li>{@link BatchWriting}, {@link DeadLetterWriting}: how the staged rows are merged
 *   <li>{@link ExactlyOnceFailure}: what the driver learns of a failed task
 * </ul>
 *
 * <p>Many tables:
 *
 * <ul>
 *   <li>{@link TableBranch}: a table with steps of its own
 *   <li>{@link RoutedBatches}, {@link RoutedRows}: a batch is computed once, and split by a column
 *   <li>{@link RoutedTables}: several upserts, or a {@link JointBatch}, which is one transaction for all tables
 * </ul>
 *
 * <p>Refused rows:
 *
 * <ul>
 *   <li>{@link DeadLetterRule}: where refused rows go, and how many may
 *   <li>{@link KeptLetters}: keeps them before the COMMIT, in {@link DeadLetters}, a table, or with
 *       {@link SentLetters}, another sink; {@link LettersNotSentException}: that one does not answer
 *   <li>{@link RefusedRows}, {@link Bisection}: find the refused rows, for both sinks
 *   <li>{@link NumberedRows}: the rows they search; {@link FlushInOrder} has those of a flush, {@link DeadLetterMerge}
 *       those of a batch
 *   <li>{@link SinkFailure}: the failure of a write that no retry has helped
 *   <li>{@link RefusedRowException}: the failure of a query that keeps no dead letters, or has too many
 * </ul>
 *
 * <p>Refused rows that are read back:
 *
 * <ul>
 *   <li>{@link LetterTable}, {@link LetterKey}, {@link LetterChoice}: the letters of one target, and which are read
 *   <li>{@link LetterChecks}: whether they can be read and removed
 *   <li>{@link LetterStream}, {@link LetterFiles}: the letters of each batch, and when they are removed
 *   <li>{@link LetterReaders}: the rows in the tasks
 * </ul>
 *
 * <p>Pools and logins:
 *
 * <ul>
 *   <li>{@link Pools}: one pool per database and user in a JVM
 *   <li>{@link JdbcUrl}, {@link Dialects}: the URL selects the dialect
 *   <li>{@link SecretMissingException}: a password that is not where the user said
 * </ul>
 *
 * <p>Tables of the sinks' own:
 *
 * <ul>
 *   <li>{@link AuxiliaryTable}: how each is checked and created
 *   <li>{@link Fence}: the newest epoch of a query; {@link ContinuousFence}: the newest run of a continuous one;
 *       {@link Admission} asks them for a task
 *   <li>{@link Ledger}: the last batch of a query
 *   <li>{@link DeadLetters}: the refused rows
 * </ul>
 *
 * <p>Look-ups, whose tasks are in {@code lookup}:
 *
 * <ul>
 *   <li>{@link LookupRule}: the settings of the user; {@link LookupPlanner}: checks the stream and the table
 *   <li>{@link PlannedLookups}: the plans, which the batches of a branch share
 *   <li>{@link LookedUpTable}: the table, as the executors read it
 * </ul>
 *
 * <p>Metrics:
 *
 * <ul>
 *   <li>{@link SinkMetrics}: the counts in Spark's accumulators
 *   <li>{@link SinkFigures}, {@link PoolFigures}: the counts, and the connections, in Spark's metrics system
 *   <li>{@link WriteCounts}, {@link BatchWriteCounts}: the counts of a batch, for its line in the log
 * </ul>
 */
@NullMarked
package io.millrace.sinks.jdbc;

import org.jspecify.annotations.NullMarked;
