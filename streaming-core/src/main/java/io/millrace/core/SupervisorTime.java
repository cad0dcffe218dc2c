package io.millrace.core;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The clock of a supervisor, and its pauses. */
interface SupervisorTime {
    /** That of the machine. */
    SupervisorTime SYSTEM = new SupervisorTime() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public boolean pause(Duration pause, CountDownLatch end) throws InterruptedException {
            return end.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    };

    Instant now();

    /** Waits for {@code pause}, or until {@code end} is counted down; returns whether it was. */
    boolean pause(Duration pause, CountDownLatch end) throws InterruptedException;
}
