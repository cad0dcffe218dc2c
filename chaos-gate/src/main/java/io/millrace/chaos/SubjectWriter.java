package io.millrace.chaos;

import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A started query, in this JVM or in a child process. */
interface SubjectWriter {
    boolean alive();

    /** Ends the query at once and waits until none of its tasks are running. */
    void end();

    /** Sends a signal of the operating system; only processes support it. */
    default void signal(String name) {
        throw new UnsupportedOperationException("A query of this JVM does not support signal " + name + ".");
    }

    /** Kills one of its executor processes by SIGKILL; returns false if it has none. */
    default boolean endExecutor() {
        return false;
    }

    /** Starts writers. */
    @FunctionalInterface
    interface Launcher {
        /**
         * Starts a writer.
         *
         * @param readers how many tasks read the topic
         */
        SubjectWriter launch(int readers);
    }

    /** Returns a launcher of writers in this JVM. */
    static Launcher inThisJvm(SparkSession spark, Job job) {
        return readers -> {
            StreamingQuery query = job.start(spark, readers);
            return new SubjectWriter() {
                @Override
                public boolean alive() {
                    return query.isActive();
                }

                @Override
                public void end() {
                    stop(query);
                    Deadline deadline = Deadline.in(60);
                    while (RunningTasks.running(spark, query.runId()) > 0) {
                        deadline.check("the tasks of a crashed query to end");
                        Deadline.pause();
                    }
                }
            };
        };
    }

    /** Stops a query and waits for its end. */
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
            System.err.println("Stopping a query again: its thread did not end in time.");
            return false;
        }
    }
}
