package io.millrace.core.internal;

import io.millrace.core.internal.spark.SparkLine;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;

/**
 * The kinds of exceptions of others, by what survives the way from an executor to the driver: causes, or at worst their
 * names in the text of Spark's own exception.
 */
public final class Failures {
    private static final int DEEPEST = 50;

    /** By name, since Kafka and Hadoop's HDFS need not be on the class path. Subclasses count as well. */
    private static final Map<String, FailureKind> BY_NAME = Map.ofEntries(
            Map.entry("org.apache.kafka.common.errors.RetriableException", FailureKind.CONNECTION_LOST),
            Map.entry("org.apache.kafka.common.errors.AuthenticationException", FailureKind.LOGIN_REFUSED),
            Map.entry("org.apache.kafka.common.errors.AuthorizationException", FailureKind.LOGIN_REFUSED),
            Map.entry("org.apache.kafka.common.errors.RecordTooLargeException", FailureKind.ROW_REFUSED),
            Map.entry("org.apache.kafka.clients.consumer.InvalidOffsetException", FailureKind.DATA_LOST),
            Map.entry("java.net.SocketException", FailureKind.CONNECTION_LOST),
            Map.entry("java.net.UnknownHostException", FailureKind.CONNECTION_LOST),
            Map.entry("java.net.SocketTimeoutException", FailureKind.TIMEOUT),
            Map.entry("java.util.concurrent.TimeoutException", FailureKind.TIMEOUT),
            Map.entry("java.nio.channels.ClosedChannelException", FailureKind.CONNECTION_LOST),
            Map.entry("java.nio.file.AccessDeniedException", FailureKind.LOGIN_REFUSED),
            Map.entry("org.apache.hadoop.security.AccessControlException", FailureKind.LOGIN_REFUSED),
            Map.entry("org.apache.hadoop.ipc.StandbyException", FailureKind.CONNECTION_LOST),
            Map.entry("org.apache.hadoop.ipc.RetriableException", FailureKind.CONNECTION_LOST),
            Map.entry("org.apache.hadoop.hdfs.server.namenode.SafeModeException", FailureKind.SERVER_OVERLOADED),
            Map.entry("org.apache.spark.shuffle.FetchFailedException", FailureKind.EXECUTOR_LOST),
            Map.entry("org.apache.spark.ExecutorDeadException", FailureKind.EXECUTOR_LOST));

    /** Spark's text about a task without an exception. */
    private static final Pattern EXECUTOR_LOST =
            Pattern.compile("ExecutorLostFailure|FetchFailed\\(|executor \\S+ exited|Executor heartbeat timed out");

    /** The exceptions of a task in the text of Spark's own. */
    private static final Pattern NAMED = Pattern.compile(
            "(?:^Caused by: |\\(TID \\d+\\)[^:\\n]*: )((?:[a-z]\\w*\\.)+[A-Z][\\w$]*)", Pattern.MULTILINE);

    /** What Spark's Kafka source advises if records are gone. */
    private static final String ADVICE_ON_LOSS = "failOnDataLoss";

    /** What {@code jsonFields(...).fail()} and its kind put before the reason. */
    private static final String REFUSED_DOCUMENT = ").fail(): ";

    private Failures() {}

    /** The error and its causes, outermost first. */
    public static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = thrown; next != null && chain.size() < DEEPEST; next = next.getCause()) {
            chain.add(next);
        }
        return chain;
    }

    /** What an exception of this library says; empty if none of the causes is one. */
    public static Optional<Throwable> classified(Throwable thrown) {
        return chain(thrown).stream()
                .filter(ClassifiedFailure.class::isInstance)
                .reduce((outer, inner) -> inner);
    }

    /** The kind of {@code thrown}: that of the innermost cause with a known one. */
    public static FailureKind kind(Throwable thrown) {
        Optional<Throwable> own = classified(thrown);
        if (own.isPresent()) {
            return ((ClassifiedFailure) own.get()).kind();
        }
        List<Throwable> chain = chain(thrown);
        for (int index = chain.size() - 1; index >= 0; index--) {
            FailureKind kind = ofOne(chain.get(index));
            if (kind != FailureKind.UNKNOWN) {
                return kind;
            }
        }
        return ofText(chain);
    }

    private static FailureKind ofOne(Throwable thrown) {
        if (thrown instanceof SQLException error) {
            return ofDatabase(error);
        }
        FailureKind named = ofClass(thrown.getClass());
        if (named != FailureKind.UNKNOWN) {
            return named;
        }
        if (String.valueOf(thrown.getMessage()).contains(ADVICE_ON_LOSS)) {
            return FailureKind.DATA_LOST;
        }
        if (isRaised(thrown)) {
            return FailureKind.ROW_REFUSED;
        }
        return thrown instanceof SparkThrowable error ? ofSpark(error) : FailureKind.UNKNOWN;
    }

    private static FailureKind ofDatabase(SQLException error) {
        FailureKind kind = SqlStates.kind(error.getSQLState());
        if (kind != FailureKind.UNKNOWN) {
            return kind;
        }
        if (error instanceof SQLTimeoutException) {
            return FailureKind.TIMEOUT;
        }
        return error instanceof SQLTransientException ? FailureKind.CONNECTION_LOST : FailureKind.UNKNOWN;
    }

    /**
     * Whether {@code raise_error} threw it, to which Spark 3.5 gives no class of its own. In generated code only the
     * words of this library's own documents that fail a query tell it.
     */
    private static boolean isRaised(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        return String.valueOf(thrown.getMessage()).contains(REFUSED_DOCUMENT)
                || (stack.length > 0 && stack[0].getClassName().endsWith(".RaiseError"));
    }

    private static FailureKind ofSpark(SparkThrowable error) {
        String condition = SparkLine.condition(error);
        if (condition.startsWith("CONCURRENT_STREAM_LOG_UPDATE")) {
            return FailureKind.TAKEN_OVER;
        }
        if (condition.startsWith("KAFKA_DATA_LOSS")) {
            return FailureKind.DATA_LOST;
        }
        if (condition.startsWith("USER_RAISED_EXCEPTION")) {
            return FailureKind.ROW_REFUSED;
        }
        // Of Spark's own states, these are about plans and values; the others say little.
        FailureKind kind = SqlStates.kind(error.getSqlState());
        return kind == FailureKind.SCHEMA_CHANGED || kind == FailureKind.ROW_REFUSED ? kind : FailureKind.UNKNOWN;
    }

    private static FailureKind ofText(List<Throwable> chain) {
        FailureKind found = FailureKind.UNKNOWN;
        for (Throwable thrown : chain) {
            String text = String.valueOf(thrown.getMessage());
            Matcher named = NAMED.matcher(text);
            while (named.find()) {
                FailureKind kind = ofName(named.group(1));
                found = kind == FailureKind.UNKNOWN ? found : kind;
            }
            if (found == FailureKind.UNKNOWN && EXECUTOR_LOST.matcher(text).find()) {
                found = FailureKind.EXECUTOR_LOST;
            }
        }
        return found;
    }

    private static FailureKind ofName(String name) {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return ofClass(Class.forName(name, false, loader == null ? Failures.class.getClassLoader() : loader));
        } catch (ClassNotFoundException | LinkageError e) {
            return BY_NAME.getOrDefault(name, FailureKind.UNKNOWN);
        }
    }

    private static FailureKind ofClass(Class<?> type) {
        for (Class<?> parent = type; parent != null; parent = parent.getSuperclass()) {
            FailureKind kind = BY_NAME.get(parent.getName());
            if (kind != null) {
                return kind;
            }
        }
        return FailureKind.UNKNOWN;
    }
}
