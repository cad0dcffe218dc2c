package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;

/** How a unique index compares one of its columns, if the type of the column does not determine that. */
public interface KeyComparison extends Serializable {
    /** Whether NULL equals NULL. */
    boolean nullsEqual();

    /** Whether both consider the same values equal, however they sort them. */
    boolean agreesWith(KeyComparison other);
}
