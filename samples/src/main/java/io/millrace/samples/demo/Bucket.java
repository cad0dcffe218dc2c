package io.millrace.samples.demo;

import java.time.Instant;
import java.util.Comparator;

/** The key of a count: the start of a window, and a ZIP code. */
record Bucket(Instant windowStart, String zip) implements Comparable<Bucket> {
    private static final Comparator<Bucket> ORDER =
            Comparator.comparing(Bucket::windowStart).thenComparing(Bucket::zip);

    @Override
    public int compareTo(Bucket other) {
        return ORDER.compare(this, other);
    }
}
