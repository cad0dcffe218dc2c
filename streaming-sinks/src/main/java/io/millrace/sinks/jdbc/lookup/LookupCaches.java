package io.millrace.sinks.jdbc.lookup;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/** What this JVM keeps of one table: its rows, and the keys that it does not have. */
final class LookupCaches implements KnownRows {
    private static final Map<Key, LookupCaches> ALL = new ConcurrentHashMap<>();

    private final ExpiringCache<InternalRow> hits;
    private final ExpiringCache<InternalRow> misses;
    private final LongSupplier nanos;
    private final long lifetime;
    private volatile long lastUse;

    private record Key(LookupTable table, LookupSpec.Limits limits) {}

    LookupCaches(LookupSpec.Limits limits, LongSupplier nanos) {
        this.hits = new ExpiringCache<>(limits.entries(), limits.hits(), nanos);
        this.misses = new ExpiringCache<>(limits.entries(), limits.misses(), nanos);
        this.nanos = nanos;
        this.lifetime = Math.max(limits.hits().toNanos(), limits.misses().toNanos());
        this.lastUse = nanos.getAsLong();
    }

    /** Those of a table, which all tasks of the JVM share. Drops those of others that nobody has used for long. */
    static LookupCaches of(LookupTable table, LookupSpec.Limits limits) {
        LookupCaches caches =
                ALL.computeIfAbsent(new Key(table, limits), key -> new LookupCaches(limits, System::nanoTime));
        caches.lastUse = System.nanoTime();
        ALL.values().removeIf(other -> other != caches && other.isOver());
        return caches;
    }

    private boolean isOver() {
        return nanos.getAsLong() - lastUse > lifetime;
    }

    @Override
    public @Nullable InternalRow get(Object key, LookupTally tally) {
        InternalRow hit = hits.get(key);
        return hit != null ? hit : misses.get(key);
    }

    @Override
    public long now() {
        return nanos.getAsLong();
    }

    @Override
    public void put(Object key, InternalRow row, long since) {
        (row == NONE ? misses : hits).put(key, row, since);
    }
}
