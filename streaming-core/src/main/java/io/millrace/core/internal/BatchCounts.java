package io.millrace.core.internal;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryProgressEvent;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryTerminatedEvent;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counts of the last micro-batches. Each batch with rows that a step cannot use gets a line in the log: a warning
 * if it is the first one of the run, or if no row of it can be used.
 */
public final class BatchCounts extends SparkListener {
    /** More than the batches of all queries of a driver whose events are still waiting. */
    private static final int BATCHES_KEPT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(BatchCounts.class);
    private static final Map<Batch, Counted> COUNTED = new LinkedHashMap<>();
    private static final Set<SparkContext> LISTENING = Collections.newSetFromMap(new WeakHashMap<>());

    /** The steps of each run that have had their warning. */
    private final Map<UUID, Set<String>> warned = new HashMap<>();

    private record Batch(String query, long number) {}

    /** The counts of one batch, by the run that finished it. */
    private record Counted(String run, Map<RowCount.Place, Map<Long, RowCount.Part>> parts) {}

    /** The count of one step in one batch. */
    public record Sum(RowCount.Fault fault, String step, long rows, long faulty, String reason) {
        private static Sum of(RowCount.Part part) {
            return new Sum(part.fault(), part.step(), part.rows(), part.faulty(), Objects.toString(part.reason(), ""));
        }

        private Sum plus(Sum more) {
            return new Sum(
                    fault, step, rows + more.rows, faulty + more.faulty, reason.isEmpty() ? more.reason : reason);
        }

        boolean isAll() {
            return faulty == rows;
        }

        private String describe() {
            String all = QueryLog.count(rows, fault == RowCount.Fault.MALFORMED ? "document" : "row");
            String count = !isAll() ? faulty + " of " + all : rows == 1 ? "the only " + all.substring(2) : "all " + all;
            boolean one = faulty == 1;
            return switch (fault) {
                case MALFORMED -> count + (one ? " is" : " are") + " malformed in " + step + ", such as: " + reason;
                case NO_EVENT_TIME ->
                    count + (one ? " has" : " have") + " no event time, and " + step + " drops " + (one ? "it" : "them")
                            + ": " + reason;
                case AHEAD_OF_CLOCK ->
                    count + (one ? " is" : " are") + " ahead of the clock in " + step + ": " + reason;
            };
        }
    }

    /** Adds the count of a task; a rerun of the task replaces its first count. */
    static void add(long counter, RowCount.Part part, @Nullable SparkContext context) {
        RowCount.Place place = part.place();
        if (place == null) {
            return;
        }
        synchronized (COUNTED) {
            Batch batch = new Batch(place.query(), place.batch());
            Counted counted = COUNTED.get(batch);
            if (counted == null || !counted.run().equals(place.run())) {
                counted = new Counted(place.run(), new HashMap<>());
                COUNTED.put(batch, counted);
                COUNTED.keySet().stream()
                        .limit(Math.max(0, COUNTED.size() - BATCHES_KEPT))
                        .toList()
                        .forEach(COUNTED::remove);
            }
            counted.parts().computeIfAbsent(place, key -> new HashMap<>()).put(counter, part);
        }
        if (part.faulty() > 0 && context != null) {
            listen(context);
        }
    }

    /** The counts of the steps that could not use every row of a batch. */
    public static List<Sum> of(StreamingQueryProgress progress) {
        Map<Long, Sum> sums = new LinkedHashMap<>();
        synchronized (COUNTED) {
            Counted counted = COUNTED.get(new Batch(progress.id().toString(), progress.batchId()));
            if (counted != null) {
                counted.parts()
                        .values()
                        .forEach(steps -> steps.forEach((id, part) -> sums.merge(id, Sum.of(part), Sum::plus)));
            }
        }
        return sums.values().stream().filter(sum -> sum.faulty() > 0).toList();
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        if (event instanceof QueryProgressEvent progress) {
            of(progress.progress()).forEach(sum -> log(sum, progress.progress()));
        } else if (event instanceof QueryTerminatedEvent end) {
            warned.remove(end.runId());
        }
    }

    private void log(Sum sum, StreamingQueryProgress progress) {
        String name = Objects.requireNonNullElseGet(
                progress.name(), () -> progress.id().toString());
        String line = "Query \"" + name + "\", batch " + progress.batchId() + ": " + sum.describe();
        if (warned.computeIfAbsent(progress.runId(), run -> new HashSet<>()).add(sum.step()) || sum.isAll()) {
            LOG.warn(line);
        } else {
            LOG.info(line);
        }
    }

    private static void listen(SparkContext context) {
        synchronized (LISTENING) {
            if (LISTENING.add(context)) {
                context.addSparkListener(new BatchCounts());
            }
        }
    }
}
