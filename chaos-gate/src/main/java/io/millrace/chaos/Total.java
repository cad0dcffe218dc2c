package io.millrace.chaos;

/** One row of the aggregate table, which the transaction that writes the audit keeps. */
record Total(long events, long amount, long lastOffset) {
    static final Total NONE = new Total(0, 0, -1);

    Total plus(Event event) {
        return new Total(events + 1, amount + event.amount(), Math.max(lastOffset, event.offset()));
    }
}
