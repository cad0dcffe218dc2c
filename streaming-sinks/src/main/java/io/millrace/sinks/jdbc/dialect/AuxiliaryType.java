package io.millrace.sinks.jdbc.dialect;

/** The type of a column in a table of the sink's own. */
public enum AuxiliaryType {
    /** A text that may be part of a key. */
    KEY,
    /** A text of any length. */
    TEXT,
    /** An SQLSTATE, or NULL. */
    STATE,
    /** A number of 64 bits. */
    NUMBER,

    /** A point in time. */
    INSTANT
}
