package io.millrace.chaos;

import java.util.Map;

/**
 * What a micro-batch was to read, as the checkpoint's offset log has it.
 *
 * @param from first offset of each partition
 * @param until the offset after the last one
 */
record BatchPlan(Map<Integer, Long> from, Map<Integer, Long> until) {
    long events() {
        return until.entrySet().stream()
                .mapToLong(end -> end.getValue() - from.getOrDefault(end.getKey(), 0L))
                .sum();
    }

    boolean holds(Event event) {
        return event.offset() >= from.getOrDefault(event.partition(), 0L)
                && event.offset() < until.getOrDefault(event.partition(), 0L);
    }
}
