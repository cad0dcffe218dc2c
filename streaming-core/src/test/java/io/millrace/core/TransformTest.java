package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransformTest {
    @Test
    void aLambdaAfterATransformIsATransform() {
        Transform first = rows -> rows.limit(1);

        Transform both = first.andThen(rows -> rows.distinct());

        assertThat(both.describe()).isEqualTo("a transform of your own, then a transform of your own");
    }
}
