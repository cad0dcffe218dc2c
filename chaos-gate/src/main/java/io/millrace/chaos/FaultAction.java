package io.millrace.chaos;

/** What a fault does. */
enum FaultAction {
    /** Cuts all connections of the writer, stops its query and restarts it on its checkpoint. */
    CRASH,
    /**
     * Holds the message until Spark has committed the epoch, which must not happen with a correct sink; then a crash.
     */
    CRASH_AFTER_COMMIT,
    /** Kills the driver process and its executors by SIGKILL while the message is in flight. */
    KILL,
    /** Kills an executor process by SIGKILL. */
    EXECUTOR_KILL,
    /** Sends SIGTERM to the driver process. */
    TERMINATE,
    /** Suspends the driver process, starts another in its place, then resumes the first. */
    PAUSE,
    /** Starts a second driver on the same checkpoint while the first is running. */
    SECOND_DRIVER,
    /** Resets the connection. */
    RESET,
    /** Resets the connection before the reply to a COMMIT is delivered. */
    LOST_REPLY,
    /** Silently drops all further traffic of the connection. */
    BLACK_HOLE,
    /** Kills PostgreSQL by SIGKILL and restarts it. */
    DATABASE_KILL,
    /** Kills the broker by SIGKILL and restarts it. */
    BROKER_KILL,
    /** Stops the writer at this message, lets another replace it, then lets the first send the message. */
    ZOMBIE,
    /** Lets another session lock this statement's rows in the opposite order. */
    DEADLOCK;

    /** Returns whether the action is possible at a site. */
    boolean fits(String site) {
        return switch (this) {
            case CRASH, DATABASE_KILL, BROKER_KILL -> true;
            case EXECUTOR_KILL -> site.contains(" COPY ");
            case RESET, BLACK_HOLE, KILL, TERMINATE, PAUSE, SECOND_DRIVER, CRASH_AFTER_COMMIT -> onConnection(site);
            case LOST_REPLY -> site.startsWith("reply COMMIT");
            case ZOMBIE -> site.startsWith("request COMMIT") || site.startsWith("request INSERT");
            case DEADLOCK ->
                site.startsWith("request INSERT ")
                        && (site.endsWith(Tables.AUDIT)
                                || site.endsWith(Tables.LATEST)
                                || site.endsWith(Tables.SETTLED));
        };
    }

    /** Returns the actions that are neither crashes nor kills of the writer. */
    static FaultAction[] faults() {
        return new FaultAction[] {
            RESET, LOST_REPLY, BLACK_HOLE, DATABASE_KILL, BROKER_KILL, ZOMBIE, DEADLOCK, TERMINATE, PAUSE, SECOND_DRIVER
        };
    }

    private static boolean onConnection(String site) {
        return site.startsWith("request ") || site.startsWith("reply ");
    }
}
