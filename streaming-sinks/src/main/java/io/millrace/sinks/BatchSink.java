package io.millrace.sinks;

import io.millrace.core.Sink;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A sink that takes micro-batches by hand, so that it can stand beside others on one read. */
interface BatchSink extends Sink {
    /**
     * What takes the batches of one query, on the driver's thread: all rows of a batch and its id. Called again with the
     * same id where the batch failed, or where it ended and nobody could take note of that.
     *
     * @param stream the stream whose batches they are, for its columns
     */
    VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream);
}
