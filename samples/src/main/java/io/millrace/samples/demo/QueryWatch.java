package io.millrace.samples.demo;

import java.io.Serial;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.jspecify.annotations.Nullable;

/** Adds up the progress of the demo's query and waits for it. Thread-safe. */
final class QueryWatch extends StreamingQueryListener {
    @Serial
    private static final long serialVersionUID = 1L;

    private long read;
    private long malformed;
    private long droppedGroups;
    private long batch = -1;
    private Instant watermark = Instant.EPOCH;
    private @Nullable String failure;
    private @Nullable UUID ended;

    /** The counts at one moment. */
    record Snapshot(long read, long malformed, long droppedGroups, long batch, Instant watermark) {}

    synchronized Snapshot snapshot() {
        return new Snapshot(read, malformed, droppedGroups, batch, watermark);
    }

    /** Waits until a completed batch has had a watermark of at least {@code wanted}. */
    synchronized void awaitWatermark(Instant wanted) throws InterruptedException {
        await(() -> !watermark.isBefore(wanted));
    }

    /** Waits until completed batches have read {@code records} in total. */
    synchronized void awaitRead(long records) throws InterruptedException {
        await(() -> read >= records);
    }

    private synchronized void await(BooleanSupplier reached) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            if (ended != null) {
                throw new IllegalStateException(
                        "the query ended before it had read everything" + (failure == null ? "" : ": " + failure));
            }
            TimeUnit.SECONDS.timedWait(this, 1);
        }
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {}

    @Override
    public synchronized void onQueryProgress(QueryProgressEvent event) {
        StreamingQueryProgress progress = event.progress();
        Row metrics = progress.observedMetrics().get(Traffic.METRICS);
        if (metrics != null) {
            read += metrics.<Long>getAs("read");
            malformed += metrics.<Long>getAs("malformed");
        }
        for (StateOperatorProgress state : progress.stateOperators()) {
            droppedGroups += state.numRowsDroppedByWatermark();
        }
        batch = progress.batchId();
        String used = progress.eventTime().get("watermark");
        watermark = used == null ? watermark : Instant.parse(used);
        notifyAll();
    }

    @Override
    public synchronized void onQueryTerminated(QueryTerminatedEvent event) {
        ended = event.id();
        failure = event.exception().isDefined() ? event.exception().get() : null;
        notifyAll();
    }
}
