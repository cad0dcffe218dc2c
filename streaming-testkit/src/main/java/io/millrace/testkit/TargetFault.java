package io.millrace.testkit;

/**
 * One fault of a target.
 *
 * @param statement the statement of a batch, from 1
 * @param after whether the statement is done and its reply lost; it never arrives otherwise
 * @param crash whether the driver ends with all its connections; one connection is lost otherwise
 */
record TargetFault(int statement, boolean after, boolean crash) {
    /** "the connection was lost before statement 3 of a batch". */
    String text() {
        return (crash ? "a crash " : "the connection was lost ") + (after ? "after" : "before") + " statement "
                + statement + " of a batch";
    }
}
