package io.millrace.core.internal;

import java.util.Locale;

/** Why a query failed, as far as it decides whether another start may help. */
public enum FailureKind {
    /** The connection to a server is lost, or the server cannot be reached. */
    CONNECTION_LOST(Chance.TRANSIENT, "a server cannot be reached"),
    /** The server is out of connections, memory or disk. */
    SERVER_OVERLOADED(Chance.TRANSIENT, "a server is out of resources"),
    /** A deadlock, a lock that was not got in time, a serialization failure. */
    CONFLICT(Chance.TRANSIENT, "a transaction conflicted with others"),
    /** Work took longer than its time-out. */
    TIMEOUT(Chance.TRANSIENT, "a time-out has passed"),
    /** An executor, or what it had computed, is gone. */
    EXECUTOR_LOST(Chance.TRANSIENT, "an executor is lost"),

    /** A row or a document is refused, and would be again. */
    ROW_REFUSED(Chance.NONE, "a row is refused"),
    /** A table, a column or a function is not as the query needs it. */
    SCHEMA_CHANGED(Chance.NONE, "a table or a column is not as the query needs it"),
    /** A server refuses the login, or a right is missing. */
    LOGIN_REFUSED(Chance.NONE, "a login or a right is refused"),
    /** Records that the query has not read are gone, or their topic is. */
    DATA_LOST(Chance.NONE, "records that it has not read are gone"),
    /** Another driver runs the query. */
    TAKEN_OVER(Chance.NONE, "another driver runs this query"),
    /** The target does not fit the checkpoint. */
    CHECKPOINT_REFUSED(Chance.NONE, "the target does not fit the checkpoint"),
    /** A check before the start refuses the pipeline. */
    START_REFUSED(Chance.NONE, "a check before the start refuses the pipeline"),

    /** Anything else. */
    UNKNOWN(Chance.PERHAPS, "the kind of failure is not known");

    /** Whether another start may help. */
    public enum Chance {
        TRANSIENT,
        PERHAPS,
        NONE
    }

    private final Chance chance;
    private final String sentence;

    FailureKind(Chance chance, String sentence) {
        this.chance = chance;
        this.sentence = sentence;
    }

    public Chance chance() {
        return chance;
    }

    /** What happened, a clause. */
    public String sentence() {
        return sentence;
    }

    /** Such as {@code connection-lost}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
