package io.millrace.core;

import io.millrace.core.SupervisedQuery.State;
import io.millrace.core.internal.Triggers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts one query, waits for its end, and starts it again as its {@link RestartPolicy} decides, on a thread of its
 * own.
 */
final class QueryKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final Pipeline pipeline;
    private final Supervision supervision;
    private final SparkSession spark;
    private final SupervisorTime time;
    private final RestartPolicy policy;
    private final Thread thread;
    private volatile SupervisedQuery now;
    private volatile Optional<StreamingQuery> running = Optional.empty();
    private volatile int exitCode = Supervisor.OK;
    private final ProgressWatch progress;

    QueryKeeper(
            Pipeline pipeline, Supervision supervision, SupervisorSpec spec, SparkSession spark, SupervisorTime time) {
        this.pipeline = pipeline;
        this.supervision = supervision;
        this.spark = spark;
        this.time = time;
        this.policy = new RestartPolicy(spec, () -> ThreadLocalRandom.current().nextDouble());
        this.now = SupervisedQuery.starting(pipeline.spec().name());
        this.progress = new ProgressWatch(time.now());
        this.thread = new Thread(this::keep, "millrace-supervisor-" + now.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    SupervisedQuery query() {
        return now;
    }

    Optional<StreamingQuery> running() {
        return running;
    }

    int exitCode() {
        return exitCode;
    }

    /** Whether its thread has died without an end, or the query is without progress for longer than {@code limit}. */
    boolean isStuck(Optional<Duration> limit) {
        SupervisedQuery seen = now;
        if (seen.state().isEnd()) {
            return false;
        }
        return !thread.isAlive()
                || limit.filter(most -> progress.isStuck(seen, running, time.now(), most))
                        .isPresent();
    }

    private void keep() {
        try {
            while (!supervision.isEnding() && runsAgain()) {
                now = now.restarted();
            }
            if (!now.state().isEnd()) {
                now = now.in(State.ENDED);
            }
        } catch (InterruptedException e) {
            now = now.in(State.ENDED); // The time to end has passed.
        } finally {
            supervision.ended(now);
        }
    }

    /** Runs the query once; returns whether to start it again, after the pause. */
    private boolean runsAgain() throws InterruptedException {
        Instant start = time.now();
        Optional<Failure> failure = failure();
        running = Optional.empty();
        if (spark.sparkContext().isStopped()) {
            return endsWithSpark();
        }
        if (failure.isEmpty()) {
            return endsWithoutFailure();
        }
        now = now.failed(failure.get());
        if (supervision.isEnding()) {
            LOG.warn("Query \"{}\" failed while it was ended: {}.", now.name(), describe(failure.get()));
            return false;
        }
        Instant end = time.now();
        RestartPolicy.Verdict verdict = policy.after(failure.get(), end, Duration.between(start, end));
        return verdict.pause().isPresent()
                ? waits(failure.get(), end, verdict.pause().get())
                : givesUp(failure.get(), verdict);
    }

    private Optional<Failure> failure() throws InterruptedException {
        StreamingQuery query;
        try {
            query = pipeline.start(spark);
        } catch (Throwable e) { // An error must not end this thread without a word.
            return Optional.of(Failure.of(e));
        }
        running = Optional.of(query);
        now = now.in(State.RUNNING);
        LOG.info("Query \"{}\" has started{}.", now.name(), now.restarts() == 0 ? "" : ", restart " + now.restarts());
        if (supervision.isEnding()) {
            StreamingQueries.stopAll(List.of(query), supervision.patience());
        }
        try {
            query.awaitTermination();
            return Optional.empty();
        } catch (StreamingQueryException e) {
            return Optional.of(Failure.of(e));
        }
    }

    private boolean endsWithSpark() {
        now = now.in(State.ENDED);
        if (!supervision.isEnding()) {
            exitCode = Supervisor.SPARK_STOPPED;
            LOG.error("Query \"{}\" has ended, since Spark has stopped.", now.name());
        }
        return false;
    }

    private boolean endsWithoutFailure() {
        boolean byItself =
                supervision.isEnding() || Triggers.endsByItself(pipeline.spec().trigger());
        now = now.in(byItself ? State.ENDED : State.STOPPED);
        if (!byItself) {
            LOG.warn("Query \"{}\" was stopped by someone else, and is not started again.", now.name());
        }
        return false;
    }

    private boolean waits(Failure failure, Instant since, Duration pause) throws InterruptedException {
        now = now.waitingUntil(since.plus(pause));
        LOG.warn(
                "Query \"{}\" failed: {}. Restart {} follows in {} s.",
                now.name(),
                describe(failure),
                now.restarts() + 1,
                pause.toMillis() / 1e3);
        return !time.pause(pause, supervision.end());
    }

    private boolean givesUp(Failure failure, RestartPolicy.Verdict verdict) {
        now = now.in(State.GAVE_UP);
        exitCode = verdict.exitCode();
        LOG.error(
                "Query \"{}\" is given up: {}. It is not started again: {}.",
                now.name(),
                describe(failure),
                verdict.reason());
        return false;
    }

    private static String describe(Failure failure) {
        return failure.kind().label() + ": " + failure.reason();
    }
}
