package io.millrace.core;

import io.millrace.core.SupervisedQuery.State;
import io.millrace.core.internal.RunningQueries;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries that a {@link Supervisor} runs. It ends when all of them have ended, or when it is closed. Safe to call from
 * any thread.
 */
public final class Supervision implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** Exit codes, that of the worst failure first. */
    private static final List<Integer> WORST_FIRST =
            List.of(Supervisor.NEEDS_A_PERSON, Supervisor.FAILS_AGAIN, Supervisor.SPARK_STOPPED, Supervisor.STILL_AWAY);

    /** For what is interrupted when the patience is over. */
    private static final Duration TO_INTERRUPT = Duration.ofSeconds(5);

    private final SupervisorSpec spec;
    private final SparkSession spark;
    private final List<QueryKeeper> keepers;
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch allEnded = new CountDownLatch(1);
    private final AtomicInteger left;
    private final AtomicBoolean isStopping = new AtomicBoolean();
    private final List<Runnable> undo = new ArrayList<>();
    private volatile Optional<SupervisorProbes> probes = Optional.empty();
    private volatile boolean endsWithSpark;

    Supervision(SupervisorSpec spec, SparkSession spark, SupervisorTime time) {
        this.spec = spec;
        this.spark = spark;
        this.keepers = spec.pipelines().stream()
                .map(pipeline -> new QueryKeeper(pipeline, this, spec, spark, time))
                .toList();
        this.left = new AtomicInteger(keepers.size());
    }

    /** @throws ValidationException if the probes cannot listen; nothing has started */
    void start() {
        probes = spec.probes().map(address -> SupervisorProbes.at(address, this));
        probes.ifPresent(listening -> {
            undo.add(listening::close);
            LOG.info("The probes of the supervisor listen at {}.", listening.address());
        });
        keepers.forEach(
                keeper -> undo.add(SupervisorMetrics.publish(keeper.query().name(), keeper::query)));
        undo.add(StreamingQueries.atShutdown(this::close, spec.patience()));
        undo.add(SparkStop.watch(spark.sparkContext(), this::endWithSpark));
        keepers.forEach(QueryKeeper::start);
    }

    /** The queries, in the order of the pipelines. */
    public List<SupervisedQuery> queries() {
        return keepers.stream().map(QueryKeeper::query).toList();
    }

    /** Where the probes listen; empty without probes. */
    public Optional<InetSocketAddress> probes() {
        return probes.map(SupervisorProbes::address);
    }

    /** Whether no query is stuck; see {@link Supervisor#stuckAfter}. A query that waits or is given up is not stuck. */
    public boolean isLive() {
        return keepers.stream().noneMatch(keeper -> keeper.isStuck(spec.stuckAfter()));
    }

    /** Whether every query runs or has ended well. */
    public boolean isReady() {
        return !isEnding()
                && queries().stream()
                        .map(SupervisedQuery::state)
                        .allMatch(state -> state == State.RUNNING || state == State.ENDED || state == State.STOPPED);
    }

    /**
     * Waits until all queries have ended. An interrupt of this thread closes the supervision, and stays set.
     *
     * @return the exit code of the process; see {@link Supervisor}
     */
    public int await() {
        try {
            allEnded.await();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
        }
        return exitCode();
    }

    /**
     * Ends all queries between two batches, within {@link Supervisor#stopWithin}; a batch that takes longer is
     * interrupted, and the next start reruns it. Returns when they have ended. Repeatable.
     *
     * @throws IllegalStateException if called from within a batch, which would wait for itself
     */
    @Override
    public void close() {
        if (running().stream().anyMatch(RunningQueries::runsOnCallersThread)) {
            throw new IllegalStateException(
                    "close() of a supervision was called by a batch that it would wait for. Call"
                            + " it from another thread.");
        }
        stopAll();
        awaitThreads();
        finish();
    }

    private void endWithSpark() {
        if (!isEnding() && left.get() > 0) {
            endsWithSpark = true;
            LOG.error("All queries end, since Spark has stopped.");
        }
        close();
    }

    CountDownLatch end() {
        return end;
    }

    boolean isEnding() {
        return end.getCount() == 0;
    }

    Duration patience() {
        return spec.patience();
    }

    /** Called by the thread of a query, which ends. */
    void ended(SupervisedQuery query) {
        if (query.state() == State.GAVE_UP && spec.endsAll() && !isEnding()) {
            LOG.warn("All queries end, since \"{}\" is given up.", query.name());
            stopAll();
        }
        if (left.decrementAndGet() == 0) {
            finish();
        }
    }

    private int exitCode() {
        List<Integer> codes =
                new ArrayList<>(keepers.stream().map(QueryKeeper::exitCode).toList());
        if (endsWithSpark) {
            codes.add(Supervisor.SPARK_STOPPED);
        }
        return WORST_FIRST.stream().filter(codes::contains).findFirst().orElse(Supervisor.OK);
    }

    private void stopAll() {
        end.countDown();
        if (isStopping.compareAndSet(false, true)) {
            StreamingQueries.stopAll(running(), spec.patience());
        }
    }

    private List<StreamingQuery> running() {
        return keepers.stream()
                .flatMap(keeper -> keeper.running().stream())
                .filter(StreamingQuery::isActive)
                .toList();
    }

    /** A thread that is still in a check before a start, or whose query does not end, is interrupted. */
    private void awaitThreads() {
        Stream<Thread> threads = keepers.stream().map(QueryKeeper::thread).filter(one -> one != Thread.currentThread());
        List<Thread> others = threads.toList();
        long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(spec.patience());
        try {
            for (Thread thread : others) {
                thread.join(1 + Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
            others.forEach(Thread::interrupt);
            for (Thread thread : others) {
                thread.join(TO_INTERRUPT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The caller has no more time.
        }
    }

    private void finish() {
        synchronized (undo) {
            undo.forEach(Runnable::run);
            undo.clear();
        }
        allEnded.countDown();
    }
}
