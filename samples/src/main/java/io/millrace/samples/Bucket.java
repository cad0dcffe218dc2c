package io.millrace.samples;

import java.time.Instant;
import java.util.Comparator;

/** One row of the result: a window, by its start, and a ZIP code. */
record Bucket(Instant windowStart, String zip) implements Comparable<Bucket> {
    private static final Comparator<Bucket> ORDER =
            Comparator.comparing(Bucket::windowStart).thenComparing(Bucket::zip);

    @Override
    public int compareTo(Bucket other) {
        return ORDER.compare(this, other);
    }
}
