package io.millrace.sinks.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Admits a task to a table, so that one that Spark has given up cannot overwrite what its successors have written. */
interface Admission {
    /** Admits every task. */
    Admission UNFENCED = new Admission() {
        @Override
        public boolean isBegun() {
            return true;
        }

        @Override
        public void begin(Connection connection) {}

        @Override
        public void hold(Connection connection) {}
    };

    /** Whether {@link #begin} has run. */
    boolean isBegun();

    /** Shuts out the predecessors of the task, in a transaction of its own, so that none waits for a flush. */
    void begin(Connection connection) throws SQLException;

    /** Refuses the task if a successor has begun; otherwise none can begin before the transaction ends. */
    void hold(Connection connection) throws SQLException;

    /** Admits a task of a micro-batch until a newer batch begins. */
    static Admission ofBatch(Fence fence, String queryId, long batch) {
        return new Admission() {
            private boolean begun;

            @Override
            public boolean isBegun() {
                return begun;
            }

            @Override
            public void begin(Connection connection) throws SQLException {
                fence.advance(connection, queryId, batch);
                begun = true;
            }

            @Override
            public void hold(Connection connection) throws SQLException {
                fence.hold(connection, queryId, batch);
            }
        };
    }

    /** Admits a task of a continuous query, over all of its epochs, until a newer run begins. */
    static Admission ofRun(ContinuousFence fence) {
        return new Admission() {
            /** Another thread may write the flush. */
            private volatile long run = -1;

            @Override
            public boolean isBegun() {
                return run >= 0;
            }

            @Override
            public void begin(Connection connection) throws SQLException {
                run = fence.enter(connection);
            }

            @Override
            public void hold(Connection connection) throws SQLException {
                fence.hold(connection, run);
            }
        };
    }
}
