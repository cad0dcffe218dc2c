package io.millrace.samples;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Six hours of traffic, the same for the same seed, minute by minute. Whether a hit counts never depends on how Spark
 * cuts micro-batches:
 * <ul>
 *   <li>A hit is at most {@link #MOST_LATE} older than its minute. All hits of a minute are in Kafka before the first one
 *       of the next minute is sent, so that no watermark which a batch may use has passed it.
 *   <li>A hit that is too late is sent only after the query has shown a watermark beyond the end of its last window.
 * </ul>
 */
final class HitGenerator {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final int MINUTES = 360;
    static final Duration WATERMARK = Duration.ofMinutes(10);
    static final Duration MOST_LATE = Duration.ofMinutes(8);

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

    /** The hits of the next minute. */
    List<Hit> minute(int minute) {
        long end = eventsBefore(minute + 1);
        List<Hit> hits = new ArrayList<>();
        while (next < end) {
            hits.add(hit(next, START.plus(Duration.ofMinutes(minute))));
            next++;
        }
        return hits;
    }

    /** The watermark that a query has when it has read everything so far; {@link Instant#MIN} before the first hit. */
    Instant watermark() {
        return greatest.equals(Instant.MIN) ? Instant.MIN : greatest.minus(WATERMARK);
    }

    /** Says that the query has shown {@link #watermark()}: from now on some hits come too late for it. */
    void watermarkIsReached() {
        if (!greatest.equals(Instant.MIN)) {
            tooLateBefore = watermark().minus(WINDOW);
        }
    }

    // Traffic rises and falls twice.
    private long eventsBefore(int minute) {
        double time = (double) minute / MINUTES;
        double share = time - 0.05 * Math.sin(4 * Math.PI * time);
        return minute == MINUTES ? events : (long) (events * share);
    }

    private Hit hit(long id, Instant minute) {
        String zip = zips.draw(random);
        Instant now = minute.plusSeconds(random.nextInt(60));
        double kind = random.nextDouble();
        if (kind < 0.005) {
            return Hit.malformed(id, zip, now);
        }
        Instant time = timeOf(kind, now, minute);
        greatest = time.isAfter(greatest) ? time : greatest;
        return Hit.wellFormed(id, zip, time, PAGES.get(random.nextInt(PAGES.size())));
    }

    private Instant timeOf(double kind, Instant now, Instant minute) {
        if (kind < 0.015 && tooLateBefore.isAfter(START)) {
            return START.plusSeconds(random.nextLong(START.until(tooLateBefore, ChronoUnit.SECONDS)));
        }
        if (kind < 0.065) {
            return minute.minusSeconds(random.nextLong(240, MOST_LATE.toSeconds()));
        }
        // Out of order by up to a minute and a half, as hits from several servers are.
        return now.minusSeconds(random.nextLong(90));
    }
}
