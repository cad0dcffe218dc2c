package io.millrace.core.internal;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kinds of failures by SQLSTATE, for databases without a dialect. */
public final class SqlStates {
    /** The server shuts down, starts, or has ended the session: states of PostgreSQL. */
    private static final Set<String> CONNECTION =
            Set.of("40003", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "25006");

    private SqlStates() {}

    /** The kind of an error with this SQLSTATE; unknown if there is none. */
    public static FailureKind kind(@Nullable String state) {
        if (state == null || state.length() != 5) {
            return FailureKind.UNKNOWN;
        }
        if (CONNECTION.contains(state)) {
            return FailureKind.CONNECTION_LOST;
        }
        return switch (state) {
            case "08004", "42501" -> FailureKind.LOGIN_REFUSED;
            case "08P01" -> FailureKind.UNKNOWN;
            case "55P03", "55006" -> FailureKind.CONFLICT;
            case "57014" -> FailureKind.TIMEOUT;
            default -> ofClass(state.substring(0, 2));
        };
    }

    private static FailureKind ofClass(String type) {
        return switch (type) {
            case "08" -> FailureKind.CONNECTION_LOST;
            case "53" -> FailureKind.SERVER_OVERLOADED;
            case "40" -> FailureKind.CONFLICT;
            case "28" -> FailureKind.LOGIN_REFUSED;
            case "3D", "3F", "42" -> FailureKind.SCHEMA_CHANGED;
            case "22", "23", "44" -> FailureKind.ROW_REFUSED;
            default -> FailureKind.UNKNOWN;
        };
    }
}
