package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Batches;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small run of {@code ./bench badrows}. */
@Timeout(180)
class BadRowsFuzzTest {
    @Test
    void everyValidRowIsWrittenAndEveryBadOneIsADeadLetter() throws Exception {
        BadRowsFuzz fuzz = new BadRowsFuzz(Server.postgres(), Batches.spark(), 20_260_101);
        for (int round = 0; round < 40; round++) {
            fuzz.round();
        }

        assertThat(fuzz.figures()).endsWith(" lost=0 misplaced=0");
    }
}
