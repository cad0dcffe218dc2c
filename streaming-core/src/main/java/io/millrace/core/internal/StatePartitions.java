package io.millrace.core.internal;

import io.millrace.core.internal.spark.BatchThread;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the number of state partitions of one query: in the session that Spark makes for it, on the thread of the query
 * and before its first batch, so that the session of the caller and its other queries keep theirs.
 */
// Spark's listener is declared serializable, but is never serialized.
@SuppressWarnings("serial")
public final class StatePartitions extends StreamingQueryListener {
    /** The setting that has the number, and by which a checkpoint keeps it. */
    public static final String SETTING = "spark.sql.shuffle.partitions";

    private static final Logger LOG = LoggerFactory.getLogger(StatePartitions.class);

    private final SparkSession spark;
    private final String name;
    private final int partitions;
    private volatile boolean set;

    private StatePartitions(SparkSession spark, String name, int partitions) {
        this.spark = spark;
        this.name = name;
        this.partitions = partitions;
    }

    /** Runs {@code start}, which starts the query {@code name} in {@code spark}, with this number of partitions. */
    public static StreamingQuery during(
            SparkSession spark, String name, OptionalInt partitions, Supplier<StreamingQuery> start) {
        if (partitions.isEmpty()) {
            return start.get();
        }
        StatePartitions listener = new StatePartitions(spark, name, partitions.getAsInt());
        if (!BatchThread.hasSession()) {
            throw listener.refusal();
        }
        StreamingQuery query;
        spark.streams().addListener(listener);
        try {
            query = start.get();
        } finally {
            spark.streams().removeListener(listener);
        }
        if (!listener.set) {
            stop(query);
            throw listener.refusal();
        }
        return query;
    }

    private static void stop(StreamingQuery query) {
        try {
            query.stop();
        } catch (TimeoutException e) {
            LOG.warn("The query \"{}\" did not stop in time.", query.name(), e);
        }
    }

    private UnsupportedOperationException refusal() {
        return new UnsupportedOperationException("statePartitions(" + partitions
                + "): this Spark has no session of the query where Spark itself has one. Leave it out, and set "
                + SETTING + " in a session of its own.");
    }

    /** Spark calls it on the thread of the query, and logs what it throws. */
    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        if (name.equals(event.name())) {
            BatchThread.of(spark.streams().get(event.id())).session().conf().set(SETTING, partitions);
            set = true;
        }
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        // Nothing to set after the start.
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // Nothing to set after the start.
    }
}
