package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What a {@link Supervision} knows of one query. Immutable.
 *
 * @param name the name of its pipeline
 * @param state what it does now
 * @param restarts how often it was started again since the supervisor began
 * @param lastFailure the kind of its last failure, such as {@code connection-lost}; empty if it has not failed
 * @param reason why it failed last, without values of rows and secrets; empty if it has not failed
 * @param nextStart when it starts again, if it waits for that
 */
public record SupervisedQuery(
        String name,
        State state,
        int restarts,
        Optional<String> lastFailure,
        Optional<String> reason,
        Optional<Instant> nextStart) {
    /** Refuses null. */
    public SupervisedQuery {
        notNull(
                "SupervisedQuery(name, state, restarts, lastFailure, reason, nextStart)",
                name,
                state,
                restarts,
                lastFailure,
                reason,
                nextStart);
    }

    /** What a supervised query does. */
    public enum State {
        /** It is validated and started. */
        STARTING,
        /** It runs. */
        RUNNING,
        /** It has failed, and waits for its next start. */
        WAITING,
        /** It has ended by itself, or with the supervisor. */
        ENDED,
        /** Someone else has stopped it, which is not a failure. */
        STOPPED,
        /** It has failed, and does not start again. */
        GAVE_UP;

        boolean isEnd() {
            return compareTo(ENDED) >= 0;
        }
    }

    static SupervisedQuery starting(String name) {
        return new SupervisedQuery(name, State.STARTING, 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    SupervisedQuery in(State state) {
        return new SupervisedQuery(name, state, restarts, lastFailure, reason, Optional.empty());
    }

    SupervisedQuery failed(Failure failure) {
        return new SupervisedQuery(
                name, state, restarts, Optional.of(failure.kind().label()), Optional.of(failure.reason()), nextStart);
    }

    SupervisedQuery waitingUntil(Instant next) {
        return new SupervisedQuery(name, State.WAITING, restarts, lastFailure, reason, Optional.of(next));
    }

    SupervisedQuery restarted() {
        return new SupervisedQuery(name, State.STARTING, restarts + 1, lastFailure, reason, Optional.empty());
    }
}
