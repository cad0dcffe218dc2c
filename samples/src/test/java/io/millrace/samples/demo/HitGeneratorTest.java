package io.millrace.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HitGeneratorTest {
    @Test
    void sameSeedGeneratesTheSameHits() {
        assertThat(hits(1_000, 7)).isEqualTo(hits(1_000, 7)).isNotEqualTo(hits(1_000, 8));
    }

    @Test
    void generatesTheRequestedNumberOfHits() {
        assertThat(hits(1, 1)).hasSize(1);
        assertThat(hits(359, 1)).hasSize(359);
        assertThat(hits(5_000, 1)).hasSize(5_000);
    }

    @Test
    void windowIncludesItsStartAndExcludesItsEnd() {
        long twoPast = HitGenerator.START.plusSeconds(120).getEpochSecond();
        assertThat(ExpectedCounts.windowsOf(twoPast)).containsExactly(twoPast - 300, twoPast);
        assertThat(ExpectedCounts.windowsOf(twoPast - 1)).containsExactly(twoPast - 600, twoPast - 300);
        assertThat(ExpectedCounts.windowsOf(twoPast + 299)).containsExactly(twoPast - 300, twoPast);
    }

    private static List<HitRecord> hits(long events, long seed) {
        HitGenerator generator = new HitGenerator(events, seed);
        List<HitRecord> hits = new ArrayList<>();
        for (int minute = 0; minute < HitGenerator.MINUTES; minute++) {
            hits.addAll(generator.minute(minute));
            generator.watermarkIsReached();
        }
        return hits;
    }
}
