package io.millrace.core.internal.kafka;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.SparkMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the offsets that a query has read to a consumer group, on a thread of its own: brokers that are slow or away
 * neither end nor delay the query. Only the newest offsets are committed, and again until the brokers take them.
 */
public final class GroupCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
    private static final long WARNING_MILLIS = 60_000;
    private static final long RETRY_MILLIS = 5_000;
    // Brokers forget an idle group, after a week by default.
    private static final long REFRESH_MILLIS = 3_600_000;
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);

    private static final Set<GroupCommitter> OPEN = ConcurrentHashMap.newKeySet();
    private static final Map<List<String>, MetricRegistry> METRICS = new ConcurrentHashMap<>();

    private final String query;
    private final String group;
    private final KafkaBrokers brokers;
    private final MetricRegistry metrics;
    private final Runnable metricsRemoval;
    private final AtomicReference<@Nullable Map<TopicPartition, Long>> next = new AtomicReference<>();
    private final ScheduledThreadPoolExecutor worker;
    private volatile long lastCommit = System.currentTimeMillis();
    private volatile long lag;

    private final AtomicBoolean finished = new AtomicBoolean();

    // Only the worker uses these.
    private Map<TopicPartition, Long> newest = Map.of();
    private boolean committed = true;
    private boolean retryIsPlanned;
    private @Nullable Admin client;
    private String warnedAbout = "";
    private long lastWarning;

    private GroupCommitter(String query, String group, KafkaBrokers brokers) {
        this.query = query;
        this.group = group;
        this.brokers = brokers;
        this.worker = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "millrace offsets of " + query);
            thread.setDaemon(true);
            return thread;
        });
        // After the end of Spark.
        worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        // Counters never go back, also if the query starts again.
        this.metrics = METRICS.computeIfAbsent(List.of(query, group), unused -> new MetricRegistry());
        metrics.counter("commits");
        metrics.counter("commit-failures");
        gauge("lag-rows", () -> lag);
        gauge("since-commit-ms", () -> System.currentTimeMillis() - lastCommit);
        this.metricsRemoval = SparkMetrics.publish(MetricName.ofGroup(query, group), metrics);
    }

    /** Commits what {@code query} reads from {@code brokers} until it is finished. */
    public static GroupCommitter open(String query, String group, KafkaBrokers brokers) {
        GroupCommitter committer = new GroupCommitter(query, group, brokers);
        OPEN.add(committer);
        return committer;
    }

    /** Commits the next offset to read of each partition, in place of any that were not committed yet. Returns soon. */
    public void commit(Map<TopicPartition, Long> offsets) {
        if (next.getAndSet(offsets) == null) {
            worker.execute(this::commitNext);
        }
    }

    /** Commits the last offsets again if that was long ago. */
    public void refresh() {
        if (System.currentTimeMillis() - lastCommit > REFRESH_MILLIS) {
            worker.execute(this::commitNewest);
        }
    }

    /** Commits what is left, then closes the client. Returns soon. */
    public void finish() {
        if (finished.compareAndSet(false, true)) {
            worker.execute(this::end);
        }
    }

    private void end() {
        commitNext();
        if (!committed) {
            commitNewest();
        }
        if (client != null) {
            client.close(PATIENCE_AT_END);
        }
        metricsRemoval.run();
        OPEN.remove(this);
        worker.shutdownNow();
    }

    /** Finishes all, and waits a few seconds for them. */
    public static void finishAll() {
        long end = System.nanoTime() + PATIENCE_AT_END.toNanos();
        List<GroupCommitter> open = List.copyOf(OPEN);
        open.forEach(GroupCommitter::finish);
        try {
            for (GroupCommitter committer : open) {
                if (!committer.worker.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn("The last offsets of query \"{}\" are not committed.", committer.query);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void commitNext() {
        Map<TopicPartition, Long> offsets = next.getAndSet(null);
        if (offsets != null) {
            newest = offsets;
            committed = false;
            commitNewest();
        }
    }

    private void commitNewest() {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            newest.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
            client().alterConsumerGroupOffsets(group, offsets).all().get();
            committed = true;
            lastCommit = System.currentTimeMillis();
            metrics.counter("commits").inc();
            warnedAbout = "";
            lag = measuredLag();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            retryLater(e.getCause());
        } catch (KafkaException e) {
            retryLater(e);
        }
    }

    private void retryLater(@Nullable Throwable failure) {
        metrics.counter("commit-failures").inc();
        warnAbout(reason(failure));
        if (!retryIsPlanned) {
            retryIsPlanned = true;
            var unused = worker.schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** A reason is said once until a commit succeeds, and any at most once a minute. */
    private void warnAbout(String reason) {
        long now = System.currentTimeMillis();
        if (!reason.equals(warnedAbout) && now - lastWarning > WARNING_MILLIS) {
            warnedAbout = reason;
            lastWarning = now;
            LOG.warn(
                    "The offsets of query \"{}\" were not committed to the consumer group \"{}\": {}. The query itself"
                            + " does not need them, and continues.",
                    query,
                    group,
                    reason);
        }
    }

    private void retry() {
        retryIsPlanned = false;
        if (!committed) {
            commitNewest();
        }
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure instanceof UnknownMemberIdException) {
            return "consumers are active in it, and Kafka lets nobody else commit then. Name a group of the query's"
                    + " own";
        }
        if (failure instanceof GroupAuthorizationException) {
            return "the user of this job may not do it. Grant it READ on the group";
        }
        return failure == null ? "no answer" : Errors.nameOf(failure);
    }

    private long measuredLag() throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        newest.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        return client().listOffsets(ends).all().get().entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue().offset() - newest.getOrDefault(end.getKey(), 0L)))
                .sum();
    }

    private Admin client() {
        Admin open = client == null ? brokers.client() : client;
        client = open;
        return open;
    }

    private void gauge(String name, Gauge<Long> value) {
        metrics.remove(name); // That of an earlier run.
        metrics.register(name, value);
    }
}
