package io.millrace.sinks.jdbc.lookup;

import io.millrace.core.internal.QueryLog;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** The counts of a task or of a batch. A count that is not in the map is zero. */
record LookupWork(Map<LookupMetric, Long> counts) implements Serializable {
    long of(LookupMetric metric) {
        return counts.getOrDefault(metric, 0L);
    }

    LookupWork plus(LookupWork more) {
        Map<LookupMetric, Long> sum = new EnumMap<>(LookupMetric.class);
        sum.putAll(counts);
        more.counts.forEach((metric, count) -> sum.merge(metric, count, Long::sum));
        return new LookupWork(sum);
    }

    boolean isEmpty() {
        return counts.values().stream().allMatch(count -> count == 0);
    }

    /** Such as {@code 97 hits, 2 misses, 1 NULL key, 1 query of 12 keys in 3 ms, 1 retry}. */
    @Override
    public String toString() {
        long nulls = of(LookupMetric.NULL_KEYS);
        long queries = of(LookupMetric.QUERIES);
        long retries = of(LookupMetric.RETRIES);
        long misses = of(LookupMetric.MISSES);
        return QueryLog.count(of(LookupMetric.HITS), "hit") + ", " + misses + (misses == 1 ? " miss" : " misses")
                + (nulls == 0 ? "" : ", " + QueryLog.count(nulls, "NULL key").replace("keies", "keys"))
                + ", " + (queries == 1 ? "1 query" : queries + " queries")
                + (queries == 0 ? "" : keys() + " in " + of(LookupMetric.MILLISECONDS) + " ms")
                + (retries == 0 ? "" : ", " + (retries == 1 ? "1 retry" : retries + " retries"));
    }

    /** None are asked for if the whole table is read. */
    private String keys() {
        long keys = of(LookupMetric.KEYS_ASKED);
        return keys == 0 ? "" : " for " + keys + (keys == 1 ? " key" : " keys");
    }
}
