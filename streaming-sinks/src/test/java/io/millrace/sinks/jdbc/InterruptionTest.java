package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.sinks.jdbc.dialect.Interruption;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits on a thread that loses its interrupt flag, as the thread of a streaming query in Spark 3.5 can. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptionTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<Throwable> thrown = new CompletableFuture<>();

    @Test
    void aPauseEndsEvenIfTheInterruptFlagIsLost() throws Exception {
        assertThat(interrupted(() -> Interruption.pause(TimeUnit.HOURS.toMillis(1), "Batch 7")))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("Batch 7 was given up");
    }

    @Test
    void aWaitForAConnectionEndsEvenIfTheInterruptFlagIsLost() throws Exception {
        Database nobody = Database.at("jdbc:postgresql://127.0.0.1:1/none").user("nobody");
        assertThat(interrupted(() -> Pools.borrow(nobody, "Batch 7")))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("Batch 7 was given up");
    }

    @Test
    void aConnectionTimeoutIsNotAnInterruption() {
        assertThat(Interruption.isWhy(new SQLException("read", new SocketTimeoutException())))
                .isFalse();
        assertThat(Interruption.isWhy(new SQLException("pool", new InterruptedException())))
                .isTrue();
        assertThat(Interruption.isWhy(Interruption.of("Batch 7"))).isTrue();
        assertThat(Interruption.isWhy(new SQLException("refused"))).isFalse();
    }

    private Throwable interrupted(Waiting waiting) throws Exception {
        Thread thread = new Forgetful(() -> {
            begun.countDown();
            try {
                waiting.run();
                thrown.complete(new AssertionError("It waited no longer."));
            } catch (Exception e) {
                thrown.complete(e);
            }
        });
        thread.start();
        begun.await();
        Await.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        thread.interrupt();
        return thrown.get();
    }

    private static final class Forgetful extends Thread {
        Forgetful(Runnable work) {
            super(work);
            setDaemon(true);
        }

        @Override
        public void interrupt() {
            if (Thread.currentThread() != this) {
                super.interrupt();
            }
        }
    }

    @FunctionalInterface
    private interface Waiting {
        void run() throws Exception;
    }
}
