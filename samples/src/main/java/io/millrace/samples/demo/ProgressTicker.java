package io.millrace.samples.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** Shows the progress of all parts of the demo until it is closed. */
final class ProgressTicker implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Timer timer = new Timer("demo-progress", true);
    private final long start = System.nanoTime();
    private final ProgressView view;
    private final HitProducer producer;
    private final QueryWatch query;
    private final DemoDatabase database;

    ProgressTicker(ProgressView view, HitProducer producer, QueryWatch query, DemoDatabase database) {
        this.view = view;
        this.producer = producer;
        this.query = query;
        this.database = database;
    }

    void start() {
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        show();
                    }
                },
                INTERVAL.toMillis(),
                INTERVAL.toMillis());
    }

    @Override
    public void close() {
        timer.cancel();
        show();
        view.close();
    }

    private synchronized void show() {
        QueryWatch.Snapshot now = query.snapshot();
        double seconds = (System.nanoTime() - start) / 1e9;
        view.show(new ProgressView.Progress(
                producer.sent(),
                now.read(),
                (long) (now.read() / seconds),
                now.batch(),
                TimeOfDay.hour(now.watermark()),
                rows()));
    }

    private long rows() {
        try {
            return database.rows();
        } catch (SQLException e) {
            // Ignored here; the query fails if the database does.
            return -1;
        }
    }
}
