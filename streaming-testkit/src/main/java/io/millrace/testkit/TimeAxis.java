package io.millrace.testkit;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The horizontal axis of a drawing: times in milliseconds from {@code left} on, with ticks at round times. */
final class TimeAxis {
    private static final int MOST_TICKS = 9;
    private static final List<Long> INTERVALS = Stream.of(
                    "PT0.1S", "PT1S", "PT5S", "PT10S", "PT30S", "PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT1H",
                    "PT2H", "PT6H", "PT12H", "P1D", "P7D", "P30D", "P365D")
            .map(interval -> Duration.parse(interval).toMillis())
            .toList();

    private final int left;
    private final int width;
    private final long from;
    private final long to;
    private final long interval;

    /** An axis from half a tick before {@code first} to half a tick after {@code last}. */
    TimeAxis(int left, int width, long first, long last) {
        this.left = left;
        this.width = width;
        this.interval = INTERVALS.stream()
                .filter(candidate -> (last - first) / candidate < MOST_TICKS)
                .findFirst()
                .orElse(INTERVALS.get(INTERVALS.size() - 1));
        this.from = Math.floorDiv(first, interval) * interval - interval / 2;
        this.to = -Math.floorDiv(-last, interval) * interval + interval / 2;
    }

    double x(long time) {
        return left + (double) width * (time - from) / (to - from);
    }

    LongStream ticks() {
        return LongStream.iterate(
                Math.floorDiv(from, interval) * interval + interval, time -> time <= to, time -> time + interval);
    }

    /** The time without the year, to save room. */
    static String label(long time) {
        return Times.text(time).replaceFirst("^\\d+-(.*)T", "$1 ");
    }
}
