package io.millrace.core;

import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** Follows the runs of one query that a pipeline starts. Must return soon: it has the thread of Spark's events. */
interface QueryFollower {
    /** Called on the query's own thread, before its first batch. */
    void started(UUID run);

    /** A batch has been completed. */
    void progressed(StreamingQueryProgress batch);

    /** A trigger has found no rows. Spark says so every ten seconds at most. */
    void idle();

    /**
     * The run has ended.
     *
     * @param failure the stack trace of what ended it
     */
    void ended(UUID run, Optional<String> failure);
}
