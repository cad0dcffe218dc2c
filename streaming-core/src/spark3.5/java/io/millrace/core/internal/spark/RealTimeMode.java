package io.millrace.core.internal.spark;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** Real-time mode, which Spark 3.5 does not have: no trigger is of it. */
public final class RealTimeMode {
    private RealTimeMode() {}

    /** The trigger; empty if this Spark has none. */
    public static Optional<Trigger> trigger(Duration batch) {
        return Optional.empty();
    }

    /** How long a batch of {@code trigger} lasts; empty if it is not that of real-time mode. */
    public static Optional<Duration> batchOf(Trigger trigger) {
        return Optional.empty();
    }

    /** The shortest batch that the session takes. */
    public static Duration shortestBatch(SparkSession spark) {
        return Duration.ZERO;
    }

    /** The sources of Spark without reading in real time, as Spark names them; of other sources it is not known. */
    public static List<String> refusedSources(Dataset<Row> rows) {
        return List.of();
    }

    /** The steps that Spark does not run, as Spark names them, for rows of a plan without state. */
    public static List<String> refusedSteps(Dataset<Row> rows) {
        return List.of();
    }

    /** Whether Spark refuses the sink of a format. */
    public static boolean refusesSink(SparkSession spark, String format) {
        return false;
    }
}
