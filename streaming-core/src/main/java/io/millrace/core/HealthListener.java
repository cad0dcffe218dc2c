package io.millrace.core;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the events of Spark's listener bus on a thread of its own. A slow log must not delay the bus, which drops
 * events for all listeners once its queue is full, nor {@code start()}, which waits for {@code onQueryStarted}.
 */
// Spark's listener is declared serializable, but is never serialized.
@SuppressWarnings("serial")
final class HealthListener extends StreamingQueryListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final int EVENTS_KEPT = 1_000;

    private final Health limits;
    private final Map<UUID, String> names = new ConcurrentHashMap<>();
    private final Map<String, QueryFigures> watched = new ConcurrentHashMap<>();
    // If the log is so slow that a thousand events wait, the oldest are dropped.
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(EVENTS_KEPT),
            HealthListener::daemon,
            new ThreadPoolExecutor.DiscardOldestPolicy());

    HealthListener(Health limits) {
        this.limits = limits;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        names.put(event.id(), nameOrId(event.name(), event.id()));
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        StreamingQueryProgress progress = event.progress();
        worker.execute(() -> warn(figures(nameOrId(progress.name(), progress.id()), progress.runId())
                .observe(progress)));
    }

    @Override
    public void onQueryIdle(QueryIdleEvent event) {
        worker.execute(() -> figures(nameOf(event.id()), event.runId()).idle());
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        if (event.exception().isDefined()) {
            String failure = event.exception().get();
            worker.execute(() -> warn(figures(nameOf(event.id()), event.runId()).failed(failure)));
        }
    }

    /** Logs what is still waiting, then removes the metrics. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            worker.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watched.values().forEach(QueryFigures::hide);
    }

    /** Those of a query; shown as metrics unless its pipeline shows them. */
    private QueryFigures figures(String name, UUID run) {
        QueryFigures figures = watched.computeIfAbsent(name, query -> new QueryFigures(query, limits));
        if (!QueryRuns.isOfPipeline(run)) {
            figures.show();
        }
        return figures;
    }

    private String nameOf(UUID id) {
        return names.getOrDefault(id, id.toString());
    }

    private String nameOrId(@Nullable String name, UUID id) {
        return Objects.requireNonNullElseGet(name, id::toString);
    }

    private static void warn(Iterable<String> warnings) {
        warnings.forEach(LOG::warn);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "millrace-health");
        thread.setDaemon(true);
        return thread;
    }
}
