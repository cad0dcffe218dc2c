package io.millrace.sinks.jdbc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExpiringCacheTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // The clock may pass the largest number.

    private final ExpiringCache<String> cache = new ExpiringCache<>(3, Duration.ofNanos(10), now::get);

    @Test
    void aValueIsKeptForItsTimeAndNoLonger() {
        put("a");

        now.addAndGet(9);
        assertThat(cache.get("a")).isEqualTo("of a");
        now.addAndGet(1);
        assertThat(cache.get("a")).isNull();
    }

    @Test
    void theTimeOfAValueBeginsWithItsQuestion() {
        cache.put("a", "of a", now.get() - 10);

        assertThat(cache.get("a")).isNull();
    }

    @Test
    void aLaterValueReplacesAnEarlierOne() {
        put("a");
        now.addAndGet(9);
        cache.put("a", "later", now.get());

        now.addAndGet(9);
        assertThat(cache.get("a")).isEqualTo("later");
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void thereAreNeverMoreThanTheLimit() {
        for (int key = 0; key < 1_000; key++) {
            put("k" + key % 100);
            cache.get("k" + key / 2 % 100);

            assertThat(cache.size()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aValueThatIsUsedStaysLonger() {
        put("a");
        put("b");
        put("c");
        cache.get("a");

        put("d");

        assertThat(cache.get("a")).isEqualTo("of a");
        assertThat(cache.get("b")).isNull();
        assertThat(cache.get("c")).isEqualTo("of c");
        assertThat(cache.get("d")).isEqualTo("of d");
    }

    @Test
    void aValueWhoseTimeIsOverIsNotSpared() {
        put("a");
        cache.get("a");
        now.addAndGet(10);
        put("b");
        put("c");
        put("d");

        assertThat(cache.get("b")).isEqualTo("of b");
    }

    @Test
    void aTimeOfZeroKeepsNothing() {
        ExpiringCache<String> none = new ExpiringCache<>(3, Duration.ZERO, now::get);
        none.put("a", "of a", now.get());

        assertThat(none.get("a")).isNull();
        assertThat(none.size()).isZero();
    }

    private void put(String key) {
        cache.put(key, "of " + key, now.get());
    }
}
