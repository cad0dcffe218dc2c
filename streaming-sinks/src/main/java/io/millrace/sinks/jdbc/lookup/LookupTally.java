package io.millrace.sinks.jdbc.lookup;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts the work of one task. */
final class LookupTally {
    private long hits;
    private long misses;
    private long nullKeys;
    private long queries;
    private long keysAsked;
    private long retries;
    private long nanos;

    void addNullKey() {
        nullKeys++;
    }

    /** Counts a row whose key is in the table, or is not. */
    void addRow(boolean isHit) {
        if (isHit) {
            hits++;
        } else {
            misses++;
        }
    }

    /** Counts a query. */
    void addQuery(int keys, int retried, long time) {
        queries++;
        keysAsked += keys;
        retries += retried;
        nanos += time;
    }

    LookupWork work() {
        Map<LookupMetric, Long> work = new EnumMap<>(LookupMetric.class);
        work.put(LookupMetric.HITS, hits);
        work.put(LookupMetric.MISSES, misses);
        work.put(LookupMetric.NULL_KEYS, nullKeys);
        work.put(LookupMetric.QUERIES, queries);
        work.put(LookupMetric.KEYS_ASKED, keysAsked);
        work.put(LookupMetric.RETRIES, retries);
        work.put(LookupMetric.MILLISECONDS, TimeUnit.NANOSECONDS.toMillis(nanos));
        return new LookupWork(work);
    }
}
