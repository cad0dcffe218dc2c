package io.millrace.samples.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The expected content of the table.
 *
 * @param counts the hits of each window and ZIP code
 * @param records the number of records in the topic
 * @param outOfOrder the number of hits older than an earlier hit, but counted
 * @param tooLate the number of hits older than the watermark, not counted
 * @param malformed the number of malformed records
 */
record ExpectedCounts(Map<Bucket, Long> counts, long records, long outOfOrder, long tooLate, long malformed) {
    private static final long OFFSET = Duration.ofMinutes(2).toSeconds();
    private static final long SLIDE = Duration.ofMinutes(5).toSeconds();
    private static final long LENGTH = Duration.ofMinutes(10).toSeconds();

    long windows() {
        return counts.keySet().stream().map(Bucket::windowStart).distinct().count();
    }

    /**
     * Returns the start of the last window that contains the second {@code time}; the window before contains it too.
     */
    static long lastWindow(long time) {
        return Math.floorDiv(time - OFFSET, SLIDE) * SLIDE + OFFSET;
    }

    /** Returns the starts of the windows that contain {@code time}. */
    static long[] windowsOf(long time) {
        long last = lastWindow(time);
        return new long[] {last - SLIDE, last};
    }

    static long endOf(long windowStart) {
        return windowStart + LENGTH;
    }

    static Bucket bucket(long windowStart, String zip) {
        return new Bucket(Instant.ofEpochSecond(windowStart), zip);
    }
}
