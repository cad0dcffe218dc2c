package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StrikesTest {
    @Test
    void serverIsKilledToTheEndThoughTheTaskThatDoesItIsInterrupted() {
        AtomicBoolean disturbed = new AtomicBoolean(true);
        Thread.currentThread().interrupt();
        Strikes.undisturbed(() -> disturbed.set(Thread.currentThread().isInterrupted()));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(disturbed).isFalse();
    }
}
