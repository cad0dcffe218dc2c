package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.CallSites;
import io.millrace.core.internal.spark.SparkVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Runs several pipelines in one driver, and starts a query again after a failure that may pass: after a lost
 * connection, a deadlock or a lost executor with growing pauses, for hours; after a failure of an unknown kind a few
 * times. A failure that a restart would meet again, such as a refused row, a changed table or a refused login, ends the
 * query at once, and the others run on. Immutable: every call returns a copy, which threads may share.
 *
 * <pre>{@code
 * int code = Supervisor.of(orders, customers).probesOn(8080).run(spark);
 * spark.stop();
 * if (code != Supervisor.OK) {
 *     System.exit(code);
 * }
 * }</pre>
 *
 * <p>SIGTERM, Ctrl-C and {@code System.exit} end all queries between two batches. Each pipeline needs a checkpoint of
 * its own. If several queries are given up, the exit code is the first of {@link #NEEDS_A_PERSON},
 * {@link #FAILS_AGAIN}, {@link #SPARK_STOPPED} and {@link #STILL_AWAY} that applies.
 */
public final class Supervisor {
    /** Exit code 0: all queries have ended by themselves, were stopped by someone, or ended with the supervisor. */
    public static final int OK = 0;

    /** Exit code 65: a query was given up after a failure that a new process would meet again. */
    public static final int NEEDS_A_PERSON = 65;

    /** Exit code 69: Spark's context stopped while queries ran. A new process can continue. */
    public static final int SPARK_STOPPED = 69;

    /** Exit code 70: a query was given up after failures of an unknown kind. */
    public static final int FAILS_AGAIN = 70;

    /** Exit code 75: a query was given up since its restarts were used up. A new process can continue. */
    public static final int STILL_AWAY = 75;

    private final SupervisorSpec spec;
    private final SupervisorTime time;

    private Supervisor(SupervisorSpec spec, SupervisorTime time) {
        this.spec = spec;
        this.time = time;
    }

    /**
     * A supervisor of these pipelines.
     *
     * @throws ValidationException if two of them have the same name or the same checkpoint
     */
    public static Supervisor of(Pipeline first, Pipeline... more) {
        return of(Arguments.allRequired("of", "pipelines", first, more));
    }

    /** As {@link #of(Pipeline, Pipeline...)}, of one pipeline or more. */
    public static Supervisor of(List<Pipeline> pipelines) {
        SparkVersion.check();
        List<Pipeline> all = Arguments.allRequired("of", "pipelines", pipelines);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("of(): there is no pipeline to supervise. Name one or more.");
        }
        refuse(SupervisorChecks.clashes(all));
        return new Supervisor(SupervisorSpec.of(all), SupervisorTime.SYSTEM);
    }

    /**
     * How many restarts of one query within a sliding window are allowed before it is given up. Default 1,000 within 24
     * hours: with pauses of up to a minute, an outage of some 12 hours is survived. Failures of an unknown kind
     * have five restarts within an hour besides.
     */
    public Supervisor restartsAtMost(int restarts, Duration within) {
        if (restarts < 0) {
            throw new IllegalArgumentException(
                    "restartsAtMost(" + restarts + "): cannot be negative. Use 0 for no restart.");
        }
        return with(spec.restarts(restarts, positive("restartsAtMost", within)));
    }

    /**
     * The longest pause before a restart. Default one minute. The first is a second at most (ten after a failure of an
     * unknown kind), each doubles, and chance takes up to half of it away. After ten minutes without a failure they
     * begin anew.
     */
    public Supervisor pausesUpTo(Duration longest) {
        return with(spec.longestPause(positive("pausesUpTo", longest)));
    }

    /** Ends all queries, between two batches, as soon as one is given up. By default the others run on. */
    public Supervisor endAllWhenOneGivesUp() {
        return with(spec.endingAll());
    }

    /**
     * How long the queries together may finish their batches when they are ended, before the batches are interrupted.
     * Default 25 seconds: keep it under the time that the cluster grants (Kubernetes 30 s by default).
     */
    public Supervisor stopWithin(Duration patience) {
        return with(spec.patience(positive("stopWithin", patience)));
    }

    /**
     * Answers {@code /live} and {@code /ready} over HTTP on this port of the loopback interface, 0 for any free one:
     * 200 if {@link Supervision#isLive} or {@link Supervision#isReady}, else 503, and the state of each query as JSON.
     * By default nothing listens.
     */
    public Supervisor probesOn(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("probesOn(" + port + "): this is not a port. Choose 0 to 65535.");
        }
        return probesOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** The same on another address, such as that of the pod, which Kubernetes probes. There is no login. */
    public Supervisor probesOn(InetSocketAddress address) {
        notNull("probesOn(address)", address);
        return with(spec.probes(address));
    }

    /**
     * A query is stuck, and the process no longer live, if a batch or a start takes longer than this. Choose several
     * times the longest batch. By default a batch may take any time.
     */
    public Supervisor stuckAfter(Duration time) {
        return with(spec.stuckAfter(positive("stuckAfter", time)));
    }

    /**
     * Starts all queries and waits until all have ended. An interrupt of this thread ends them between two batches.
     *
     * @return the exit code for the process
     * @throws ValidationException as {@link #start}
     */
    public int run(SparkSession spark) {
        notNull("run(spark)", spark);
        try (Supervision supervision = start(spark)) {
            return supervision.await();
        }
    }

    /**
     * Starts all queries and returns at once. Each is validated and started on a thread of its own, so that one that
     * cannot start does not keep the others from it.
     *
     * @throws ValidationException if a pipeline has no checkpoint, from which a restart would continue, or if the
     *     probes cannot listen; nothing has started
     */
    public Supervision start(SparkSession spark) {
        notNull("start(spark)", spark);
        refuse(SupervisorChecks.withoutCheckpoint(spec.pipelines(), spark));
        return CallSites.during(spark.sparkContext(), () -> {
            Supervision supervision = new Supervision(spec, spark, time);
            supervision.start();
            return supervision;
        });
    }

    /** With another clock. */
    Supervisor at(SupervisorTime time) {
        return new Supervisor(spec, time);
    }

    /** Whether {@code other} has equal pipelines and settings. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Supervisor supervisor && spec.equals(supervisor.spec);
    }

    @Override
    public int hashCode() {
        return spec.hashCode();
    }

    /** The names of the pipelines and the settings. */
    @Override
    public String toString() {
        return "Supervisor of "
                + spec.pipelines().stream()
                        .map(pipeline -> "\"" + pipeline.spec().name() + "\"")
                        .collect(Collectors.joining(", "))
                + ": restartsAtMost(" + spec.restarts() + ", " + spec.within() + "), pausesUpTo("
                + spec.longestPause() + "), stopWithin(" + spec.patience() + ")"
                + (spec.endsAll() ? ", endAllWhenOneGivesUp()" : "")
                + spec.probes().map(address -> ", probesOn(" + address + ")").orElse("")
                + spec.stuckAfter().map(time -> ", stuckAfter(" + time + ")").orElse("");
    }

    private Supervisor with(SupervisorSpec changed) {
        return new Supervisor(changed, time);
    }

    private static void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ValidationException("Supervisor", problems);
        }
    }

    private static Duration positive(String call, Duration time) {
        if (Arguments.required(call, "time", time).isNegative() || time.isZero()) {
            throw new IllegalArgumentException(call + "(" + time + "): the time must be above zero.");
        }
        return time;
    }
}
