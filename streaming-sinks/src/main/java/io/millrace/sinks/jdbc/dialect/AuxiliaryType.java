package io.millrace.sinks.jdbc.dialect;

/** What a column of a table of the sink's own holds. */
public enum AuxiliaryType {
    /** A text that may be part of a key. */
    KEY,
    /** A text of any length. */
    TEXT,
    /** The same, or nothing. */
    STATE,
    /** A number of 64 bits. */
    NUMBER,

    /** A point in time. */
    INSTANT
}
