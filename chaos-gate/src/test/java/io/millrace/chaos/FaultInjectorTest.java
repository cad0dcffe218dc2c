package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FaultInjectorTest {
    @Test
    void workIsCompletedEvenIfItsThreadIsInterrupted() {
        AtomicBoolean interrupted = new AtomicBoolean(true);
        Thread.currentThread().interrupt();
        FaultInjector.uninterrupted(() -> interrupted.set(Thread.currentThread().isInterrupted()));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).isFalse();
    }
}
