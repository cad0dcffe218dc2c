package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FaultInjectorTest {
    @Test
    void serverIsKilledToTheEndThoughTheTaskThatDoesItIsInterrupted() {
        AtomicBoolean disturbed = new AtomicBoolean(true);
        Thread.currentThread().interrupt();
        FaultInjector.undisturbed(() -> disturbed.set(Thread.currentThread().isInterrupted()));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(disturbed).isFalse();
    }
}
