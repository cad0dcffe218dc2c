package io.millrace.sinks.jdbc.lookup;

/** What a look-up counts, with its name in Spark's metrics system. */
enum LookupMetric {
    /** Rows whose key is in the table. */
    HITS("hits"),
    /** Rows whose key is not. */
    MISSES("misses"),
    /** Rows without a key. */
    NULL_KEYS("null-keys"),
    QUERIES("queries"),
    /** Keys in these queries: the others were cached. */
    KEYS_ASKED("keys-asked"),
    /** The time of these queries, with retries, summed over parallel tasks. */
    MILLISECONDS("query-ms"),
    RETRIES("retries");

    private final String metric;

    LookupMetric(String metric) {
        this.metric = metric;
    }

    String metric() {
        return metric;
    }
}
