package io.millrace.chaos;

import io.millrace.chaos.proxy.DaemonThread;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.IntFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;

/**
 * The driver side of a {@link LongRunningCluster}: starts and stops a query on command, and restarts it when it fails.
 */
final class LongRunningDriver {
    /** Starts the query if it is stopped; followed by the number of readers. */
    static final String START = "start ";
    /** Stops the query; the driver replies with the same word. */
    static final String STOP = "stop";

    private static final long PAUSE_MILLIS = 200;

    private final IntFunction<StreamingQuery> start;
    private volatile boolean running;
    private volatile @Nullable StreamingQuery query;
    private @Nullable Thread worker;

    LongRunningDriver(IntFunction<StreamingQuery> start) {
        this.start = start;
    }

    /** Executes commands until the end of the input. */
    void run(BufferedReader commands, PrintStream replies) throws IOException {
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            if (command.equals(STOP)) {
                stop();
                replies.println(STOP);
            } else if (!running) {
                int readers = Integer.parseInt(command.substring(START.length()));
                running = true;
                worker = DaemonThread.start("chaos-long-running", () -> runQuery(readers));
            }
        }
    }

    private void runQuery(int readers) {
        while (running) {
            try {
                StreamingQuery started = start.apply(readers);
                query = started;
                started.awaitTermination();
            } catch (StreamingQueryException | RuntimeException failure) {
                Deadline.pause(PAUSE_MILLIS);
            }
        }
    }

    private void stop() {
        running = false;
        Thread known = worker;
        while (known != null && known.isAlive()) {
            StreamingQuery active = query;
            if (active != null) {
                SubjectWriter.stop(active);
            }
            Deadline.pause();
        }
    }
}
