package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.BatchParts;
import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch in parts, all in the transaction of the batch: while a thread merges one part on its connection, the
 * task copies the next into a staging table on another, and commits that. Parts are merged in their order, so the last
 * row of a key stays. They grow, so that a batch of any size has few tables.
 */
final class PostgresParts {
    /** How many parts have the size of the first one. Each later one has this share of the rows before it. */
    private static final int EQUAL_PARTS = 8;

    /**
     * Whether the parts cannot be told from a single merge. A trigger would see each version of a key, and a row could
     * refer to another one of a later part.
     */
    private static final String ARE_INVISIBLE = "SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal"
            + " AND (tgrelid = t.id OR tgrelid IN (SELECT relid FROM pg_partition_tree(t.id))))"
            + " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = t.id AND contype = 'f' AND confrelid = t.id)"
            + " FROM (SELECT CAST(? AS regclass) AS id) t";

    private final PostgresExactlyOnceSql sql;
    private final BatchParts parts;
    private final Connection merging;
    private final Connection copying;
    private final List<TableName> tables = new ArrayList<>();

    /**
     * @param merging the connection of the batch's transaction
     * @param copying another connection, without a transaction
     */
    PostgresParts(PostgresExactlyOnceSql sql, BatchParts parts, Connection merging, Connection copying) {
        this.sql = sql;
        this.parts = parts;
        this.merging = merging;
        this.copying = copying;
    }

    static boolean areInvisible(Connection connection, TableName table) throws SQLException {
        return Sql.rows(connection, ARE_INVISIBLE, found -> found.getBoolean(1), PostgresNames.quoted(table))
                .get(0);
    }

    /** Lets the transaction of the batch wait for the rows of the next part. */
    static void awaitNextPart(Connection merging) throws SQLException {
        Sql.execute(merging, "SET LOCAL idle_in_transaction_session_timeout = 0");
    }

    /**
     * Merges the first part and writes all others; returns the number of their rows.
     *
     * @param first the table with the first part
     * @param before the number of its rows
     */
    long write(TableName first, long before, Iterator<Row> rows) throws SQLException {
        dropLeftovers();
        long written = 0;
        Merge merge = new Merge(first);
        try {
            while (rows.hasNext()) {
                Interruption.check(parts.what());
                TableName table = create();
                written += copy(table, new Rows(rows, Math.max(parts.rows(), (before + written) / EQUAL_PARTS)));
                merge.await();
                merge = new Merge(table);
            }
            merge.await();
        } finally {
            merge.end(); // It uses the caller's connection.
        }
        drop();
        return written;
    }

    /** Drops what a crash left. The ledger admits one attempt at a time, and this is it. */
    private void dropLeftovers() throws SQLException {
        for (TableName leftover : sql.stages(copying, parts.prefix())) {
            sql.drop(copying, leftover);
        }
        copying.commit();
    }

    private TableName create() throws SQLException {
        TableName table = sql.table()
                .sibling(parts.prefix()
                        + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        tables.add(table);
        sql.create(copying, table);
        return table;
    }

    /** Commits without a flush of the log: only the transaction of the batch needs the rows. A crash ends it too. */
    private long copy(TableName table, Iterator<Row> rows) throws SQLException {
        Sql.execute(copying, "SET LOCAL synchronous_commit = off");
        sql.awaitRows(copying);
        long written = sql.stage(copying, table, rows, 0, 0);
        copying.commit();
        return written;
    }

    private void drop() throws SQLException {
        for (TableName table : tables) {
            sql.drop(merging, table);
        }
    }

    /** The next rows of the batch, up to a number. */
    static final class Rows implements Iterator<Row> {
        private final Iterator<Row> all;
        private long left;

        Rows(Iterator<Row> all, long left) {
            this.all = all;
            this.left = left;
        }

        /** Waits for a row even if it is not one of these: the connection is not idle meanwhile. */
        @Override
        public boolean hasNext() {
            return all.hasNext() && left > 0;
        }

        @Override
        public Row next() {
            left--;
            return all.next();
        }
    }

    /** The merge of one part, on a thread of its own. */
    private final class Merge {
        private final FutureTask<@Nullable Void> task;

        Merge(TableName part) {
            task = new FutureTask<>(() -> {
                sql.merge(merging, part, new Long[] {0L});
                return null;
            });
            Thread thread = new Thread(task, "millrace merge into " + sql.table());
            thread.setDaemon(true);
            thread.start();
        }

        /** Throws if the merge has failed, or if Spark wants the task to end. */
        void await() throws SQLException {
            try {
                task.get();
            } catch (InterruptedException e) {
                throw Interruption.of(parts.what());
            } catch (ExecutionException e) {
                throw thrown(e.getCause());
            }
        }

        /** Waits for the end of the merge, whatever happens to this thread, at most for the statement time-out. */
        void end() {
            boolean interrupted = false;
            while (!task.isDone()) {
                try {
                    task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    break; // The transaction is rolled back for this reason or an earlier one.
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private SQLException thrown(@Nullable Throwable cause) {
            if (cause instanceof Error error) {
                throw error;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            return cause instanceof SQLException sql ? sql : new SQLException(cause);
        }
    }
}
