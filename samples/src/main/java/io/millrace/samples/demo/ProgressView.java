package io.millrace.samples.demo;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress: a live line on a terminal, or plain lines elsewhere. */
interface ProgressView extends AutoCloseable {
    /** Called every quarter of a second. */
    void show(Progress progress);

    @Override
    void close();

    /**
     * The progress of all parts.
     *
     * @param sent hits in Kafka
     * @param counted records read by completed batches
     * @param rate records read per second since the start
     * @param rows rows of the table
     */
    record Progress(long sent, long counted, long rate, long batch, String watermark, long rows) {
        @Override
        public String toString() {
            return String.format(
                    "sent %,d, counted %,d (%,d/s), batch %s, watermark %s, rows in the table %,d",
                    sent, counted, rate, batchText(), watermark, rows);
        }

        private String batchText() {
            return batch < 0 ? "-" : Long.toString(batch);
        }
    }

    static ProgressView on(PrintStream out, int events, boolean terminal) {
        return terminal ? new Live(events) : new Plain(out);
    }

    /** A progress bar that is redrawn in place. */
    final class Live implements ProgressView {
        private static final int COLUMNS = Integer.getInteger("millrace.demo.columns", 100);

        private final ProgressBar bar;

        Live(int events) {
            bar = new ProgressBarBuilder()
                    .setTaskName("counted")
                    .setInitialMax(events)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .continuousUpdate()
                    .hideEta()
                    // The default consumer queries the width of the terminal, which breaks the handling of Ctrl-C:
                    // the JVM would exit without deleting the demo's directory.
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, COLUMNS - 1))
                    .build();
        }

        @Override
        public void show(Progress progress) {
            bar.stepTo(progress.counted());
            bar.setExtraMessage(String.format(
                    " %,d/s, sent %,d, batch %s, watermark %s, %,d rows",
                    progress.rate(), progress.sent(), progress.batchText(), progress.watermark(), progress.rows()));
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** A line every two seconds, and one at the end. */
    final class Plain implements ProgressView {
        private static final int CALLS_BETWEEN_LINES = 8;

        private final PrintStream out;
        private int calls;
        private String last = "";

        Plain(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(Progress progress) {
            last = progress.toString();
            if (++calls % CALLS_BETWEEN_LINES == 0) {
                out.println(last);
                last = "";
            }
        }

        @Override
        public void close() {
            if (!last.isEmpty()) {
                out.println(last);
            }
        }
    }
}
