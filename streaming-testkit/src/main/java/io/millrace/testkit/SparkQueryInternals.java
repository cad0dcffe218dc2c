package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkLine;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.streaming.Sink;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.util.Clock;
import org.jspecify.annotations.Nullable;

/** Starts a query with a sink and a clock of the testkit, by calls that Spark does not publish. */
final class SparkQueryInternals {
    private SparkQueryInternals() {}

    static StreamingQuery start(
            Dataset<Row> query, OutputMode mode, String checkpoint, Recorder recorder, TriggerClock clock)
            throws TimeoutException {
        return SparkLine.start(query, mode, checkpoint, (Table) recorder, clock);
    }

    /** A sink that keeps the rows of the last batch. */
    static final class Recorder implements Sink {
        private @Nullable List<Row> last;
        private long lastBatch = -1;
        private BatchOperators operators = BatchOperators.NONE;

        /** Not synchronized: a test that is interrupted does not wait for the end of the batch. */
        @Override
        public void addBatch(long batch, Dataset<Row> data) {
            // The plan of the batch itself: an action on the Dataset would plan and announce a second execution.
            SparkPlan plan = data.queryExecution().executedPlan();
            List<Row> rows = SparkRowInternals.decodeAll(data.schema(), List.of(plan.executeCollect()));
            keep(batch, rows, SparkBatchInternals.operators(plan));
        }

        private synchronized void keep(long batch, List<Row> rows, BatchOperators seen) {
            lastBatch = batch;
            last = rows;
            operators = seen;
        }

        /** What the operators of the last batch know of event time. */
        synchronized BatchOperators operators() {
            return operators;
        }

        /** The rows of the last batch; empty afterwards. */
        synchronized List<Row> take() {
            List<Row> taken = last;
            last = null;
            return taken == null ? List.of() : taken;
        }

        /** The batch whose rows arrived and have not been taken; -1 if there is none. */
        synchronized long pendingBatch() {
            return last == null ? -1 : lastBatch;
        }
    }

    /** The clock of a query: stands still until the test moves it, and stops the query before each trigger. */
    static final class TriggerClock implements Clock {
        private long now;
        private boolean waiting;
        private boolean ended;

        TriggerClock(long now) {
            this.now = now;
        }

        synchronized void now(long now) {
            this.now = now;
        }

        /** Returns when the query has finished its trigger, or has failed. */
        synchronized void awaitTrigger(BooleanSupplier alive) throws InterruptedException {
            while (!waiting && alive.getAsBoolean()) {
                // A query that fails notifies nobody, so check it regularly.
                wait(2);
            }
        }

        synchronized void nextTrigger() {
            waiting = false;
            notifyAll();
        }

        /** Ends the query with an error. */
        synchronized void end() {
            ended = true;
            nextTrigger();
        }

        @Override
        public synchronized long getTimeMillis() {
            return now;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public synchronized long waitTillTime(long target) {
            waiting = true;
            notifyAll();
            try {
                while (waiting) {
                    wait();
                }
            } catch (InterruptedException e) {
                // Only stop() interrupts, and Spark checks its own state next. Still interrupted, it could not clean
                // up.
                waiting = false;
            }
            if (ended) {
                throw new IllegalStateException(KitSession.STOPPED);
            }
            return now;
        }
    }
}
