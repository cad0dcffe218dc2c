package io.millrace.samples.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates six hours of traffic from a seed, minute by minute. Whether a hit is counted does not depend on the
 * boundaries of micro-batches:
 * <ul>
 *   <li>A hit is at most {@link #MAX_DELAY} older than its minute. All hits of a minute are in Kafka before the next
 *       minute is sent, so no batch that reads the hit can have a later watermark.
 *   <li>A hit that is too late is sent only after the query has reported a watermark after the end of its last window.
 * </ul>
 */
final class HitGenerator {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final int MINUTES = 360;
    static final Duration WATERMARK = Duration.ofMinutes(10);
    static final Duration MAX_DELAY = Duration.ofMinutes(8);

    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final List<String> PAGES = List.of("/", "/pricing", "/docs", "/blog", "/sign-up", "/help");

    private final SplittableRandom random;
    private final Zips zips = new Zips();
    private final long events;
    private long next;
    private Instant greatest = Instant.MIN;
    private Instant tooLateBefore = Instant.MIN;

    HitGenerator(long events, long seed) {
        this.events = events;
        this.random = new SplittableRandom(seed);
    }

    /** Returns the hits of the next minute. */
    List<HitRecord> minute(int minute) {
        long end = eventsBefore(minute + 1);
        List<HitRecord> hits = new ArrayList<>();
        while (next < end) {
            hits.add(hit(next, START.plus(Duration.ofMinutes(minute))));
            next++;
        }
        return hits;
    }

    /** Returns the watermark of a query that has read all hits so far; {@link Instant#MIN} before the first hit. */
    Instant watermark() {
        return greatest.equals(Instant.MIN) ? Instant.MIN : greatest.minus(WATERMARK);
    }

    /** Records that the query has reached {@link #watermark()}: from now on some hits are too late. */
    void watermarkIsReached() {
        if (!greatest.equals(Instant.MIN)) {
            tooLateBefore = watermark().minus(WINDOW);
        }
    }

    // Traffic peaks twice.
    private long eventsBefore(int minute) {
        double time = (double) minute / MINUTES;
        double share = time - 0.05 * Math.sin(4 * Math.PI * time);
        return minute == MINUTES ? events : (long) (events * share);
    }

    private HitRecord hit(long id, Instant minute) {
        String zip = zips.draw(random);
        Instant now = minute.plusSeconds(random.nextInt(60));
        double kind = random.nextDouble();
        if (kind < 0.005) {
            return HitRecord.malformed(id, zip, now);
        }
        Instant time = timeOf(kind, now, minute);
        greatest = time.isAfter(greatest) ? time : greatest;
        return HitRecord.wellFormed(id, zip, time, PAGES.get(random.nextInt(PAGES.size())));
    }

    private Instant timeOf(double kind, Instant now, Instant minute) {
        if (kind < 0.015 && tooLateBefore.isAfter(START)) {
            return START.plusSeconds(random.nextLong(START.until(tooLateBefore, ChronoUnit.SECONDS)));
        }
        if (kind < 0.065) {
            return minute.minusSeconds(random.nextLong(240, MAX_DELAY.toSeconds()));
        }
        // Out of order by up to 90 seconds, like hits from several servers.
        return now.minusSeconds(random.nextLong(90));
    }
}
