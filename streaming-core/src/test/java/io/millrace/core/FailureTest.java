package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kinds of failures, and what is said of them. */
class FailureTest {
    private static final String ABORTED =
            "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure: Lost task 0.3"
                    + " in stage 1.0 (TID 7) (host executor 2): ";

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments("connection-lost", new SQLException("canary", "08006")),
                arguments("connection-lost", new SQLException("canary", "57P03")),
                arguments("connection-lost", new SQLTransientConnectionException("canary")),
                arguments("server-overloaded", new SQLException("canary", "53300")),
                arguments("conflict", new SQLException("canary", "40P01")),
                arguments("timeout", new SQLTimeoutException("canary")),
                arguments("login-refused", new SQLException("canary", "28P01")),
                arguments("login-refused", new SQLException("canary", "42501")),
                arguments("schema-changed", new SQLException("canary", "42703")),
                arguments("row-refused", new SQLException("canary", "23502")),
                arguments("unknown", new SQLException("canary", "XX000")),
                arguments("connection-lost", new DisconnectException("canary")),
                arguments("connection-lost", new UnknownTopicOrPartitionException("canary")),
                arguments("login-refused", new SaslAuthenticationException("canary")),
                arguments("login-refused", new TopicAuthorizationException("canary")),
                arguments("row-refused", new RecordTooLargeException("canary")),
                arguments("data-lost", new OffsetOutOfRangeException("canary", Map.of())),
                arguments("data-lost", new IllegalStateException("canary: set the source option failOnDataLoss")),
                arguments("connection-lost", new ConnectException("canary")),
                arguments("timeout", new TimeoutException("canary")),
                arguments("login-refused", new AccessDeniedException("canary")),
                arguments("unknown", new IOException("canary")),
                arguments("unknown", new IllegalStateException("canary")),
                arguments(
                        "executor-lost",
                        new SparkException(ABORTED + "ExecutorLostFailure (executor 2 exited): canary")),
                arguments(
                        "connection-lost",
                        new SparkException(ABORTED + "org.example.Gone: canary\n\tat a.B\nCaused by:"
                                + " java.net.ConnectException: canary\n\tat a.B\n\nDriver stacktrace:")),
                arguments(
                        "unknown", new SparkException(ABORTED + "org.example.Gone: java.net.ConnectException canary")));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("failures")
    void theKindIsThatOfTheInnermostKnownCauseAndTheReasonHasNoTextOfOthers(String kind, Exception cause) {
        Exception failed = new RuntimeException("canary", new ExecutionException("canary", cause));
        for (Throwable thrown = failed; thrown != null; thrown = thrown.getCause()) {
            thrown.setStackTrace(
                    new StackTraceElement[] {new StackTraceElement("org.example.Job", "run", "Job.java", 7)});
        }

        Failure failure = Failure.of(failed);

        assertThat(failure.kind().label()).isEqualTo(kind);
        assertThat(failure.reason()).doesNotContain("canary").isNotBlank();
        assertThat(Failure.of(cause).kind()).isEqualTo(failure.kind());
    }

    @Test
    void aRefusedStartIsTransientIfEachProblemIs() {
        Problem away = new Problem("jdbc", "db", "the server cannot be reached", "Start it.", true);
        Problem wrong = new Problem("table", "t", "there is no such table", "Create it.");

        assertThat(Failure.of(new ValidationException("Pipeline \"a\"", List.of(away))))
                .extracting(Failure::kind, Failure::reason)
                .hasToString("[CONNECTION_LOST, jdbc(db): the server cannot be reached. Start it]");
        assertThat(Failure.of(new ValidationException("Pipeline \"a\"", List.of(away, wrong))))
                .extracting(Failure::kind, Failure::reason)
                .hasToString("[START_REFUSED, table(t): there is no such table. Create it]");
    }

    @Test
    void aRefusalOfSparksPlanIsAChangedSchema() {
        Throwable refused = catchThrowable(() -> Spark.sql("SELECT missing"));

        assertThat(Failure.of(refused).kind().label()).isEqualTo("schema-changed");
    }

    @Test
    void aRaisedErrorIsARefusedRow() {
        Throwable raised = catchThrowable(() -> Spark.sql("SELECT raise_error(concat('canary', id)) FROM range(1)")
                .collect());

        assertThat(Failure.of(raised).kind().label()).isEqualTo("row-refused");
        assertThat(Failure.of(raised).reason()).doesNotContain("canary");
    }
}
