package io.millrace.chaos;

import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A query that has been begun, in this JVM or in one of its own. */
interface Writer {
    boolean alive();

    /** Ends it at once; nothing of it runs when this returns. */
    void end();

    /** Sends a signal of the operating system; only a process takes one. */
    default void signal(String name) {
        throw new UnsupportedOperationException("A query of this JVM takes no signal " + name + ".");
    }

    /** Ends one of its executors by SIGKILL; false where it has none that is a process. */
    default boolean endExecutor() {
        return false;
    }

    /** Begins a writer. */
    @FunctionalInterface
    interface Launcher {
        /**
         * A writer that begins now.
         *
         * @param readers tasks that read the topic
         */
        Writer launch(int readers);
    }

    /** Begins writers in this JVM. */
    static Launcher inThisJvm(SparkSession spark, Job job) {
        return readers -> {
            StreamingQuery query = job.start(spark, readers);
            return new Writer() {
                @Override
                public boolean alive() {
                    return query.isActive();
                }

                @Override
                public void end() {
                    stop(query);
                    Deadline deadline = Deadline.in(60);
                    while (Tasks.running(spark, query.runId()) > 0) {
                        deadline.check("the tasks of a crashed query to end");
                        Deadline.pause();
                    }
                }
            };
        };
    }

    /** Returns when it has ended. */
    static void stop(StreamingQuery query) {
        Deadline deadline = Deadline.in(60);
        while (!stopped(query)) {
            deadline.check("a query to stop");
        }
    }

    private static boolean stopped(StreamingQuery query) {
        try {
            query.stop();
            return true;
        } catch (TimeoutException e) {
            System.err.println("A query has to be interrupted once more: its thread did not end in time.");
            return false;
        }
    }
}
