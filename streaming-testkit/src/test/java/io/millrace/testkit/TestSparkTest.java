package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TestSparkTest {
    @Test
    void aClusterWithoutWorkersIsRefused() {
        assertThatThrownBy(() -> TestSpark.configured().workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers(0): a cluster needs at least one.");
    }
}
