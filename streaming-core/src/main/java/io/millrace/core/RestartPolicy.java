package io.millrace.core;

import io.millrace.core.internal.FailureKind.Chance;
import io.millrace.core.internal.QueryLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** Decides for one query whether a failure is followed by another start, and when. Used by one thread. */
final class RestartPolicy {
    /** After this long without a failure the pauses begin anew. */
    static final Duration QUIET = Duration.ofMinutes(10);

    /** Restarts after failures of an unknown kind. */
    static final int UNKNOWN_AT_MOST = 5;

    static final Duration UNKNOWN_WITHIN = Duration.ofHours(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE_OF_UNKNOWN = Duration.ofSeconds(10);

    private final SupervisorSpec spec;
    private final DoubleSupplier random;
    private final Deque<Instant> restarts = new ArrayDeque<>();
    private final Deque<Instant> unknown = new ArrayDeque<>();
    private Optional<Failure> last = Optional.empty();
    private int failuresInARow;

    /** @param random numbers from 0 to 1 */
    RestartPolicy(SupervisorSpec spec, DoubleSupplier random) {
        this.spec = spec;
        this.random = random;
    }

    /**
     * What follows a failure.
     *
     * @param pause before the next start; empty if the query is given up
     * @param reason why it is given up; empty if it is not
     * @param exitCode what that means for the process
     */
    record Verdict(Optional<Duration> pause, String reason, int exitCode) {
        static Verdict giveUp(String reason, int exitCode) {
            return new Verdict(Optional.empty(), reason, exitCode);
        }
    }

    /** @param ran how long the query ran before it failed */
    Verdict after(Failure failure, Instant now, Duration ran) {
        if (ran.compareTo(QUIET) >= 0) {
            failuresInARow = 0;
        }
        boolean isRepeated = last.filter(failure::isTheSameAs).isPresent();
        last = Optional.of(failure);
        if (failure.chance() == Chance.NONE) {
            return Verdict.giveUp("a restart would meet the same failure", Supervisor.NEEDS_A_PERSON);
        }
        if (failure.chance() == Chance.PERHAPS) {
            if (isRepeated) {
                return Verdict.giveUp("the same batch has failed twice in the same way", Supervisor.FAILS_AGAIN);
            }
            if (isUsedUp(unknown, now, UNKNOWN_AT_MOST, UNKNOWN_WITHIN)) {
                return Verdict.giveUp(usedUp(UNKNOWN_AT_MOST, UNKNOWN_WITHIN), Supervisor.FAILS_AGAIN);
            }
            unknown.add(now);
        }
        if (isUsedUp(restarts, now, spec.restarts(), spec.within())) {
            return Verdict.giveUp(usedUp(spec.restarts(), spec.within()), Supervisor.STILL_AWAY);
        }
        restarts.add(now);
        return new Verdict(Optional.of(pause(failure)), "", 0);
    }

    /** Half of a bound that doubles with each failure, and up to as much again by chance. */
    private Duration pause(Failure failure) {
        Duration first = failure.chance() == Chance.PERHAPS ? FIRST_PAUSE_OF_UNKNOWN : FIRST_PAUSE;
        Duration grown = first.multipliedBy(1L << Math.min(failuresInARow++, 20));
        Duration bound = grown.compareTo(spec.longestPause()) < 0 ? grown : spec.longestPause();
        Duration half = bound.dividedBy(2);
        return half.plusNanos((long) (half.toNanos() * random.getAsDouble()));
    }

    private static boolean isUsedUp(Deque<Instant> restarts, Instant now, int atMost, Duration within) {
        while (!restarts.isEmpty() && restarts.peek().isBefore(now.minus(within))) {
            restarts.remove();
        }
        return restarts.size() >= atMost;
    }

    private static String usedUp(int restarts, Duration within) {
        return QueryLog.count(restarts, "restart") + " within " + within + " have not helped";
    }
}
