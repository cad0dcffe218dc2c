package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.opentest4j.AssertionFailedError;

/** Messages of failures, as a user reads them. */
final class Failures {
    private static final String TIMELINE = "\n\nTimeline (";

    private Failures() {}

    /** The whole message of the expectation that {@code code} does not meet. */
    static String failureOf(ThrowingCallable code) {
        Throwable failure = catchThrowable(code);
        assertThat(failure).isInstanceOf(AssertionFailedError.class);
        return String.valueOf(failure.getMessage());
    }

    /** As {@link #failureOf}, without the timeline that follows, and with a line break at the end. */
    static String reasonOf(ThrowingCallable code) {
        String message = failureOf(code);
        assertThat(message).contains(TIMELINE);
        return message.substring(0, message.indexOf(TIMELINE)) + "\n";
    }

    /** The message of any exception that {@code code} ends with. */
    static String refusalOf(ThrowingCallable code) {
        Throwable failure = catchThrowable(code);
        assertThat(failure).isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
        return String.valueOf(failure.getMessage());
    }
}
