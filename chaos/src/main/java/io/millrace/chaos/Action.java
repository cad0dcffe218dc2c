package io.millrace.chaos;

/** What happens where a fault is due. */
enum Action {
    /** All of the writer is gone at once: connections cut, the query ended, then begun again on its checkpoint. */
    CRASH,
    /** The one connection is reset; on the reply to a COMMIT this is the answer that never comes. */
    RESET,
    /** The one connection carries nothing any more, and nobody is told. */
    BLACK_HOLE,
    /** PostgreSQL is ended by SIGKILL and started again. */
    DATABASE_KILL,
    /** The broker is ended by SIGKILL and started again. */
    BROKER_KILL,
    /** The writer stops here, another goes on in its place, then the first one finishes what it was about to do. */
    ZOMBIE,
    /** Another session takes the locks of this statement's rows in the opposite order. */
    DEADLOCK
}
