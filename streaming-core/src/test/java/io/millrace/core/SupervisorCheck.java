package io.millrace.core;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.function.LongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Supervised queries in memory, whose failures, pauses and clock a test decides. */
abstract class SupervisorCheck {
    static final String LOST = "08006";

    final Path checkpoints;
    final TestTime time = new TestTime();

    SupervisorCheck(Path checkpoints) {
        this.checkpoints = checkpoints;
    }

    @AfterEach
    final void stopWhatStillRuns() throws Exception {
        for (StreamingQuery query : Spark.session().streams().active()) {
            query.stop();
        }
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(name -> name.startsWith("millrace") || name.startsWith("HTTP-Dispatcher")));
    }

    final Supervision start(Supervisor supervisor) {
        return supervisor.at(time).start(Spark.session());
    }

    final TestQuery query(String name) {
        return new TestQuery(name, checkpoints.resolve(name));
    }

    /** One that a class outside of this library throws. */
    static Exception error(String state) {
        Exception error = new SQLException("canary", state);
        error.setStackTrace(new StackTraceElement[] {new StackTraceElement("org.example.Job", "run", "Job.java", 7)});
        return error;
    }

    /** A clock that a test moves, and pauses that last until the test goes on. */
    static final class TestTime implements SupervisorTime {
        final BlockingQueue<Duration> pauses = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> goOn = new SynchronousQueue<>();
        volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public boolean pause(Duration pause, CountDownLatch end) throws InterruptedException {
            pauses.add(pause);
            while (end.getCount() > 0) {
                if (goOn.poll() != null) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return true;
        }
    }

    /** A query that a test feeds, and whose batches fail as it says. */
    static final class TestQuery implements Sink {
        final MemoryInput<String> input = new MemoryInput<>(Spark.session(), Encoders.STRING());
        final Queue<String> rows = new ConcurrentLinkedQueue<>();
        final Queue<Problem> problems = new ConcurrentLinkedQueue<>();
        final CountDownLatch inBatch = new CountDownLatch(1);
        volatile @Nullable CountDownLatch mayEnd;
        private final String name;
        private final Path checkpoint;
        private final Queue<LongFunction<@Nullable Exception>> failures = new ConcurrentLinkedQueue<>();

        TestQuery(String name, Path checkpoint) {
            this.name = name;
            this.checkpoint = checkpoint;
        }

        TestQuery failingAt(long failing, Exception failure) {
            failures.add(batch -> batch == failing ? failure : null);
            return this;
        }

        Pipeline pipeline() {
            return Pipeline.named(name).from(Sources.of(input.toDF())).to(this).checkpointAt(checkpoint);
        }

        @Override
        public List<Problem> check(PlannedQuery query) {
            return List.copyOf(problems);
        }

        @Override
        public DataStreamWriter<Row> write(Dataset<Row> stream) {
            return stream.writeStream().foreachBatch(this::batch);
        }

        private void batch(Dataset<Row> batch, Long number) throws Exception {
            List<String> values = batch.as(Encoders.STRING()).collectAsList();
            inBatch.countDown();
            LongFunction<@Nullable Exception> next = failures.peek();
            Exception failure = next == null ? null : next.apply(number);
            if (failure != null) {
                failures.remove();
                throw failure;
            }
            CountDownLatch end = mayEnd;
            if (end != null) {
                end.await();
            }
            rows.addAll(values);
        }
    }
}
