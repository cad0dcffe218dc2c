package io.millrace.chaos.checker;

import java.util.Map;

/**
 * The offsets of a micro-batch, from the checkpoint's offset log.
 *
 * @param from the first offset of each partition
 * @param until the end offset of each partition
 */
public record BatchPlan(Map<Integer, Long> from, Map<Integer, Long> until) {
    long events() {
        return until.entrySet().stream()
                .mapToLong(end -> end.getValue() - from.getOrDefault(end.getKey(), 0L))
                .sum();
    }

    boolean contains(Event event) {
        return event.offset() >= from.getOrDefault(event.partition(), 0L)
                && event.offset() < until.getOrDefault(event.partition(), 0L);
    }
}
