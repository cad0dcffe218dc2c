package io.millrace.chaos;

/** What happens where a fault is due. */
enum Action {
    /** All of the writer is gone at once: connections cut, the query ended, then begun again on its checkpoint. */
    CRASH,
    /** The message is held until Spark says that its epoch is committed, which sound sinks do not let it; then a crash. */
    CRASH_BEHIND_COMMIT,
    /** The driver's process and its executors are ended by SIGKILL while the message is under way. */
    KILL,
    /** An executor's process is ended by SIGKILL. */
    EXECUTOR_KILL,
    /** The driver's process is asked to end by SIGTERM. */
    TERMINATE,
    /** The driver's process is stopped by signal, another takes its place, then the first one continues. */
    PAUSE,
    /** A second driver begins on the same checkpoint while the first one works. */
    SECOND_DRIVER,
    /** The one connection is reset. */
    RESET,
    /** The answer to a COMMIT never comes: the connection is reset before it. */
    LOST_REPLY,
    /** The one connection carries nothing any more, and nobody is told. */
    BLACK_HOLE,
    /** PostgreSQL is ended by SIGKILL and started again. */
    DATABASE_KILL,
    /** The broker is ended by SIGKILL and started again. */
    BROKER_KILL,
    /** The writer stops here, another goes on in its place, then the first one finishes what it was about to do. */
    ZOMBIE,
    /** Another session takes the locks of this statement's rows in the opposite order. */
    DEADLOCK;

    /** Whether it makes sense at a site. */
    boolean fits(String site) {
        return switch (this) {
            case CRASH, DATABASE_KILL, BROKER_KILL -> true;
            case EXECUTOR_KILL -> site.contains(" COPY ");
            case RESET, BLACK_HOLE, KILL, TERMINATE, PAUSE, SECOND_DRIVER, CRASH_BEHIND_COMMIT -> onConnection(site);
            case LOST_REPLY -> site.startsWith("reply COMMIT");
            case ZOMBIE -> site.startsWith("request COMMIT") || site.startsWith("request INSERT");
            case DEADLOCK ->
                site.startsWith("request INSERT ")
                        && (site.endsWith(Tables.AUDIT)
                                || site.endsWith(Tables.LATEST)
                                || site.endsWith(Tables.SETTLED));
        };
    }

    /** Those that are neither crashes nor kills of the writer itself. */
    static Action[] faults() {
        return new Action[] {
            RESET, LOST_REPLY, BLACK_HOLE, DATABASE_KILL, BROKER_KILL, ZOMBIE, DEADLOCK, TERMINATE, PAUSE, SECOND_DRIVER
        };
    }

    private static boolean onConnection(String site) {
        return site.startsWith("request ") || site.startsWith("reply ");
    }
}
