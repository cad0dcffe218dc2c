package io.millrace.chaos.checker;

/** A row of the table of totals, which a trigger updates in the transaction that writes the audit. */
public record Total(long events, long amount, long lastOffset) {
    static final Total NONE = new Total(0, 0, -1);

    Total plus(Event event) {
        return new Total(events + 1, amount + event.amount(), Math.max(lastOffset, event.offset()));
    }
}
