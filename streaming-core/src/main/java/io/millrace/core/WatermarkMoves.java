package io.millrace.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the watermark of a query moves, against the clock of the driver. It leaps if it gets ahead of the clock, or if it
 * has kept pace and then moves further than the clock. A replay of old rows moves it fast as well, but all the time and
 * behind the clock.
 */
final class WatermarkMoves {
    /**
     * A move that one wrong time can cause.
     *
     * @param batch the first batch that used the new watermark
     * @param from empty if it was there when the watch began
     */
    record Leap(long batch, Optional<Instant> from, Instant to) {
        String describe() {
            return from.map(instant -> "leapt from " + instant + " to " + to + " before batch " + batch)
                    .orElse("was at " + to + " in batch " + batch + ", the first one seen");
        }
    }

    private final Duration limit;
    private @Nullable Instant last;
    private Instant since = Instant.MIN;
    private boolean keepsPace;
    private Optional<Leap> leap = Optional.empty();

    WatermarkMoves(Duration limit) {
        this.limit = limit;
    }

    /** Records one batch; whether its watermark has leapt. */
    boolean observe(BatchProgress batch) {
        Instant now = batch.watermark().orElse(null);
        if (now == null || now.equals(last)) {
            return false;
        }
        boolean leaps = isAheadOf(batch.at(), now);
        if (last != null) {
            Duration further = Duration.between(last, now).minus(Duration.between(since, batch.at()));
            leaps |= keepsPace && further.compareTo(limit) > 0;
            keepsPace = further.abs().compareTo(limit) <= 0;
        }
        leap = leaps ? Optional.of(new Leap(batch.batch(), Optional.ofNullable(last), now)) : Optional.empty();
        last = now;
        since = batch.at();
        return leaps;
    }

    /** The last move, if it was a leap. */
    Optional<Leap> leap() {
        return leap;
    }

    /** Whether the watermark is ahead of the clock by more than the limit. */
    boolean isAhead(BatchProgress batch) {
        return last != null && isAheadOf(batch.at(), last);
    }

    private boolean isAheadOf(Instant clock, Instant watermark) {
        return Duration.between(clock, watermark).compareTo(limit) > 0;
    }
}
