package io.millrace.core.internal.guard;

import io.millrace.core.internal.Finding;

/** What code would do on a checkpoint that other code has made. */
record CodeChange(Effect effect, Finding finding) {
    /** Whether it works. */
    enum Effect {
        /** Spark ends the query, at its start or in its first batch. */
        FAILS,
        /** State of the old code is used for the new one: results are wrong. The user can take that. */
        MIXES_STATE,
        /** Results differ from those of a new start, in a way that may be meant. */
        DIFFERS,
        /** Works, and something is worth a note. */
        WORKS
    }
}
