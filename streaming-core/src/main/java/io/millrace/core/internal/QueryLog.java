package io.millrace.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryProgressEvent;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryTerminatedEvent;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of queries in the log: one for each micro-batch with rows, and one for the end. Of the queries that a
 * pipeline has started, and of those whose sink counts what it writes.
 */
public final class QueryLog extends SparkListener {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);
    private static final Map<SparkContext, QueryLog> LOGS = new WeakHashMap<>();

    /** The names of the queries that are logged, by their runs. */
    private final Map<UUID, String> logged = new ConcurrentHashMap<>();

    /** Those of sinks that are still in use. */
    private final Set<SinkCounts> sinks = Collections.newSetFromMap(new WeakHashMap<>());

    private QueryLog() {}

    /** What a sink counts. */
    public interface SinkCounts {
        /**
         * What the sink wrote in a batch, such as {@code into "t": 3 rows}, and forgets it; empty if nothing.
         *
         * @param query the name of the query
         */
        Optional<String> take(String queryId, String query, long batch);

        /** The query has ended. */
        void ended(String queryId);
    }

    /** The log of the queries of all sessions of {@code context}. */
    public static QueryLog of(SparkContext context) {
        synchronized (LOGS) {
            return LOGS.computeIfAbsent(context, unused -> {
                QueryLog log = new QueryLog();
                context.addSparkListener(log);
                return log;
            });
        }
    }

    /** Such as {@code 1 row} or {@code 2 rows}. */
    public static String count(long count, String singular) {
        String plural = singular.replaceFirst("y$", "ie").replaceFirst("sh$", "she") + "s";
        return count + " " + (count == 1 ? singular : plural);
    }

    /** Adds {@code sink} to the lines of its batches, as long as it is in use elsewhere. */
    public void register(SinkCounts sink) {
        synchronized (sinks) {
            sinks.add(sink);
        }
    }

    /** Runs {@code start}, which starts the query {@code name} in {@code spark}, and logs the batches of that run. */
    public <T> T following(SparkSession spark, String name, Supplier<T> start) {
        StreamingQueryListener listener =
                new StartListener(name, spark.sparkContext(), CallSites.current(spark.sparkContext()));
        spark.streams().addListener(listener);
        try {
            return start.get();
        } finally {
            spark.streams().removeListener(listener);
        }
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        if (event instanceof QueryProgressEvent ended) {
            log(ended.progress());
        } else if (event instanceof QueryTerminatedEvent end) {
            if (end.exception().isEmpty()) {
                registered().forEach(sink -> sink.ended(end.id().toString()));
            }
            String name = logged.remove(end.runId());
            // Spark itself logs a failure, with its cause.
            if (name != null && end.exception().isEmpty()) {
                LOG.info("Query \"{}\" ended.", name);
            }
        }
    }

    private void log(StreamingQueryProgress progress) {
        List<String> written = new ArrayList<>();
        registered()
                .forEach(sink -> sink.take(progress.id().toString(), name(progress), progress.batchId())
                        .ifPresent(written::add));
        if (!written.isEmpty()) {
            logged.putIfAbsent(progress.runId(), name(progress));
        }
        if (!written.isEmpty() || (logged.containsKey(progress.runId()) && hasRows(progress))) {
            LOG.info(line(progress, written));
        }
    }

    private static boolean hasRows(StreamingQueryProgress progress) {
        return progress.numInputRows() > 0
                || progress.sink().numOutputRows() > 0
                // Some sinks do not report their rows: a window that is closed without new rows writes some.
                || Arrays.stream(progress.stateOperators()).anyMatch(state -> state.numRowsRemoved() > 0);
    }

    private static String line(StreamingQueryProgress progress, List<String> written) {
        StringBuilder line = new StringBuilder("Query \"" + name(progress) + "\", batch " + progress.batchId() + ": ")
                .append(count(progress.numInputRows(), "row"))
                .append(" read");
        long rows = progress.sink().numOutputRows();
        if (written.isEmpty() && rows >= 0) {
            line.append(", ").append(count(rows, "row")).append(" written");
        }
        line.append(" in ").append(progress.batchDuration()).append(" ms");
        written.forEach(sink -> line.append("; ").append(sink));
        return line.toString();
    }

    private static String name(StreamingQueryProgress progress) {
        return Objects.requireNonNullElseGet(
                progress.name(), () -> progress.id().toString());
    }

    private List<SinkCounts> registered() {
        synchronized (sinks) {
            return new ArrayList<>(sinks);
        }
    }

    /** Notes the run of a query on the query's own thread, before its first batch. */
    // Spark's listener is declared serializable, but is never serialized.
    @SuppressWarnings("serial")
    private final class StartListener extends StreamingQueryListener {
        private final String name;
        private final SparkContext context;
        private final CallSites callSite;

        private StartListener(String name, SparkContext context, CallSites callSite) {
            this.name = name;
            this.context = context;
            this.callSite = callSite;
        }

        @Override
        public void onQueryStarted(QueryStartedEvent event) {
            if (name.equals(event.name())) {
                logged.put(event.runId(), name);
                callSite.apply(context); // Spark has set the line that called it, which is one of this library.
            }
        }

        @Override
        public void onQueryProgress(QueryProgressEvent event) {
            // Spark's own bus delivers it.
        }

        @Override
        public void onQueryTerminated(QueryTerminatedEvent event) {
            // Spark's own bus delivers it.
        }
    }
}
