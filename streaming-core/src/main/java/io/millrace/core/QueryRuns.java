package io.millrace.core;

import io.millrace.core.internal.kafka.GroupCommitter;
import java.io.Serial;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryIdleEvent;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryProgressEvent;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryTerminatedEvent;

/** The runs of the queries that pipelines start, in all sessions of a Spark, and who follows them. */
final class QueryRuns extends SparkListener {
    private static final Map<SparkContext, QueryRuns> LISTENERS = new WeakHashMap<>();

    /** More than the runs of a driver whose events are still waiting. */
    private static final int RUNS_KEPT = 10_000;

    private static final Set<UUID> OF_PIPELINES =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
                @Serial
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
                    return size() > RUNS_KEPT;
                }
            }));

    private final Map<UUID, List<QueryFollower>> runs = new ConcurrentHashMap<>();

    private QueryRuns() {}

    /** Runs {@code start}, which starts the query {@code name} in {@code spark}; {@code followers} follow that run. */
    static <T> T following(SparkSession spark, String name, List<QueryFollower> followers, Supplier<T> start) {
        StreamingQueryListener listener = of(spark.sparkContext()).new StartListener(name, followers);
        spark.streams().addListener(listener);
        try {
            return start.get();
        } finally {
            spark.streams().removeListener(listener);
        }
    }

    /** Whether a pipeline has started the run, which may have ended. */
    static boolean isOfPipeline(UUID run) {
        return OF_PIPELINES.contains(run);
    }

    private static QueryRuns of(SparkContext context) {
        synchronized (LISTENERS) {
            return LISTENERS.computeIfAbsent(context, unused -> {
                QueryRuns runs = new QueryRuns();
                context.addSparkListener(runs);
                return runs;
            });
        }
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        if (event instanceof QueryProgressEvent batch) {
            followers(batch.progress().runId()).forEach(follower -> follower.progressed(batch.progress()));
        } else if (event instanceof QueryIdleEvent idle) {
            followers(idle.runId()).forEach(QueryFollower::idle);
        } else if (event instanceof QueryTerminatedEvent end) {
            Optional<String> failure =
                    end.exception().isDefined() ? Optional.of(end.exception().get()) : Optional.empty();
            followers(end.runId()).forEach(follower -> follower.ended(end.runId(), failure));
            runs.remove(end.runId());
        }
    }

    /** Spark waits for its listeners before it ends. */
    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd end) {
        GroupCommitter.finishAll();
    }

    private List<QueryFollower> followers(UUID run) {
        return runs.getOrDefault(run, List.of());
    }

    /** Notes the run of a query on the query's own thread, before its first batch. */
    // Spark's listener is declared serializable, but is never serialized.
    @SuppressWarnings("serial")
    private final class StartListener extends StreamingQueryListener {
        private final String name;
        private final List<QueryFollower> followers;

        private StartListener(String name, List<QueryFollower> followers) {
            this.name = name;
            this.followers = followers;
        }

        @Override
        public void onQueryStarted(QueryStartedEvent event) {
            if (name.equals(event.name())) {
                OF_PIPELINES.add(event.runId());
                runs.put(event.runId(), followers);
                followers.forEach(follower -> follower.started(event.runId()));
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
