package io.millrace.benchmarks;

import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;

/** One way to run micro-batches in a test. */
interface BatchRunner extends AutoCloseable {
    /** Starts the query of {@code scenario}. */
    Steps start(BatchScenario scenario) throws Exception;

    @Override
    void close();

    /** A query that runs. */
    interface Steps extends AutoCloseable {
        /**
         * Gives {@code rows} and returns when all batches that they call for have run: as many as the scenario says.
         */
        void step(List<Row> rows) throws Exception;

        @Override
        void close() throws TimeoutException;
    }
}
