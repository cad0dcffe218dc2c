package io.millrace.testkit;

import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.jspecify.annotations.Nullable;

/** Runs a query that stays up between two batches: its clock stops it before each trigger. Records its output. */
final class LiveQuery implements QueryDriver {
    private final Dataset<Row> query;
    private final OutputMode mode;
    private final Checkpoint checkpoint;
    private final List<GivenRows> inputs;
    private final SparkQueryInternals.Recorder recorder = new SparkQueryInternals.Recorder();
    private SparkQueryInternals.TriggerClock clock;
    private long now;
    private @Nullable StreamingQuery running;
    private @Nullable StreamingQueryProgress seen;
    private BatchOperators operators = BatchOperators.NONE;

    LiveQuery(Dataset<Row> query, OutputMode mode, Checkpoint checkpoint, long now) {
        this.query = query;
        this.mode = mode;
        this.checkpoint = checkpoint;
        this.inputs = SparkPlanInternals.inputs(query);
        this.now = now;
        this.clock = new SparkQueryInternals.TriggerClock(now);
    }

    @Override
    public void advance(boolean drain, Consumer<BatchRecord> ran) throws Exception {
        boolean more = true;
        while (more) {
            boolean replay = running == null && isPending();
            StreamingQueryProgress progress = triggerOrDie(replay, ran);
            if (progress == null) {
                return;
            }
            operators = recorder.operators().after(operators);
            BatchRecord batch = BatchRecord.of(progress, checkpoint, replay, recorder.take())
                    .with(operators);
            ran.accept(batch);
            more = replay
                    || (drain && batch.mayNeedAnother())
                    || inputs.stream().anyMatch(GivenRows::hasMore);
        }
    }

    private @Nullable StreamingQueryProgress triggerOrDie(boolean replay, Consumer<BatchRecord> ran) throws Exception {
        try {
            return trigger();
        } catch (Exception e) {
            long batch = recorder.pendingBatch();
            List<Row> output = recorder.take();
            if (batch >= 0 && checkpoint.isCommitted(batch)) {
                // It failed after the commit of a batch, before it could report it.
                ran.accept(BatchRecord.unreported(batch, checkpoint, replay, output));
            }
            throw e;
        }
    }

    private boolean isPending() {
        return checkpoint.lastBatch().stream().anyMatch(batch -> !checkpoint.isCommitted(batch));
    }

    /** Lets the query run one trigger; the progress of its batch, null if none was due. */
    private @Nullable StreamingQueryProgress trigger()
            throws TimeoutException, InterruptedException, StreamingQueryException {
        StreamingQuery active = running;
        if (active == null) {
            clock = new SparkQueryInternals.TriggerClock(now);
            operators = BatchOperators.NONE;
            active = SparkQueryInternals.start(query, mode, checkpoint.location(), recorder, clock);
            running = active;
        } else {
            clock.nextTrigger();
        }
        clock.awaitTrigger(active::isActive);
        if (!active.isActive()) {
            // Throws the error that ended it.
            active.awaitTermination();
            throw new IllegalStateException(
                    "The query was stopped, and not by the kit. To start it again, call restart().");
        }
        StreamingQueryProgress last = active.lastProgress();
        boolean ranBatch = last != null && last != seen && BatchRecord.ran(last);
        seen = last;
        return ranBatch ? last : null;
    }

    @Override
    public void stop() {
        StreamingQuery active = running;
        running = null;
        if (active != null && query.sparkSession().sparkContext().isStopped()) {
            // Spark does not stop a query after its context.
            clock.end();
        } else if (active != null) {
            try {
                active.stop();
            } catch (TimeoutException e) {
                throw new IllegalStateException("The query does not stop.", e);
            }
        }
    }

    @Override
    public void clock(long millis) {
        now = millis;
        clock.now(millis);
    }
}
