package io.millrace.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.IntFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;

/** The inside of a {@link LongRunningCluster}: a query that ends and begins again as it is told, and after each failure. */
final class LongRunningDriver {
    /** Begins the query if it rests; the number of readers follows. */
    static final String WORK = "work ";
    /** Ends the query; answered with the same word when it has ended. */
    static final String REST = "rest";

    private static final long PAUSE_MILLIS = 200;

    private final IntFunction<StreamingQuery> start;
    private volatile boolean working;
    private volatile @Nullable StreamingQuery query;
    private @Nullable Thread worker;

    LongRunningDriver(IntFunction<StreamingQuery> start) {
        this.start = start;
    }

    /** Does as it is told until there is nobody to tell it. */
    void obey(BufferedReader orders, PrintStream answers) throws IOException {
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals(REST)) {
                rest();
                answers.println(REST);
            } else if (!working) {
                int readers = Integer.parseInt(order.substring(WORK.length()));
                working = true;
                worker = ProxyLink.daemon("chaos-resident", () -> work(readers));
            }
        }
    }

    private void work(int readers) {
        while (working) {
            try {
                StreamingQuery begun = start.apply(readers);
                query = begun;
                begun.awaitTermination();
            } catch (StreamingQueryException | RuntimeException struck) {
                Deadline.pause(PAUSE_MILLIS);
            }
        }
    }

    private void rest() {
        working = false;
        Thread known = worker;
        while (known != null && known.isAlive()) {
            StreamingQuery running = query;
            if (running != null) {
                Writer.stop(running);
            }
            Deadline.pause();
        }
    }
}
