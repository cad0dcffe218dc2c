package io.millrace.samples;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What the table must hold.
 *
 * @param counts the hits of each window and ZIP code
 * @param records all records of the topic
 * @param outOfOrder hits older than some hit before them, and counted all the same
 * @param tooLate hits behind the watermark, counted nowhere
 * @param malformed records that are no hit
 */
record Truth(Map<Bucket, Long> counts, long records, long outOfOrder, long tooLate, long malformed) {
    private static final long OFFSET = Duration.ofMinutes(2).toSeconds();
    private static final long SLIDE = Duration.ofMinutes(5).toSeconds();
    private static final long LENGTH = Duration.ofMinutes(10).toSeconds();

    long windows() {
        return counts.keySet().stream().map(Bucket::windowStart).distinct().count();
    }

    /** The start of the last window that holds the second {@code time}; the one before it holds it, too. */
    static long lastWindow(long time) {
        return Math.floorDiv(time - OFFSET, SLIDE) * SLIDE + OFFSET;
    }

    /** The starts of the windows that hold {@code time}. */
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
