package io.millrace.benchmarks;

import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;

/** Runs micro-batches in a test. */
interface BatchRunner extends AutoCloseable {
    /** Starts the query of {@code scenario}. */
    Steps start(BatchScenario scenario) throws Exception;

    @Override
    void close();

    /** A running query. */
    interface Steps extends AutoCloseable {
        /** Adds {@code rows} and waits for their batches, as many as the scenario expects. */
        void step(List<Row> rows) throws Exception;

        @Override
        void close() throws TimeoutException;
    }
}
