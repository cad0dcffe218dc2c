package io.millrace.sinks;

import java.io.Serializable;

/** Where refused rows go, and how many of a task's rows may before the task fails. */
record DeadLetterRule(TableName table, double share) implements Serializable {
    /** A single bad row in a small batch is no sign that the batch is bad. */
    private static final int ALWAYS = 10;

    boolean tooMany(long refused, long rows) {
        return refused > Math.max(ALWAYS, share * rows);
    }
}
