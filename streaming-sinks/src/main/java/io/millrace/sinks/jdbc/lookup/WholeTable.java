package io.millrace.sinks.jdbc.lookup;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/** A whole table in this JVM. One thread reads it when its time is over, and the others wait. */
final class WholeTable implements KnownRows {
    private static final Map<Key, WholeTable> ALL = new ConcurrentHashMap<>();

    private final LookupTable table;
    private final LookupKeys keys;
    private final int limit;
    private final long lifetime;
    private final LongSupplier nanos;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Copy copy;
    private volatile long lastUse;

    private record Key(LookupTable table, List<?> types, LookupSpec.Limits limits) {}

    private record Copy(Map<Object, InternalRow> rows, long since) {}

    WholeTable(LookupTable table, LookupKeys keys, int limit, Duration lifetime, LongSupplier nanos) {
        this.table = table;
        this.keys = keys;
        this.limit = limit;
        this.lifetime = lifetime.toNanos();
        this.nanos = nanos;
        this.lastUse = nanos.getAsLong();
    }

    /** That which all tasks of the JVM share. Drops those of others that nobody has used for that time. */
    static WholeTable of(LookupTable table, LookupSpec spec, Duration lifetime) {
        LookupSpec.Limits limits = spec.limits();
        WholeTable whole = ALL.computeIfAbsent(
                new Key(table, spec.keyTypes(), limits),
                key -> new WholeTable(table, LookupKeys.of(spec), limits.entries(), lifetime, System::nanoTime));
        whole.lastUse = System.nanoTime();
        ALL.values().removeIf(other -> other != whole && System.nanoTime() - other.lastUse > other.lifetime);
        return whole;
    }

    private boolean isOver(@Nullable Copy known) {
        return known == null || nanos.getAsLong() - known.since > lifetime;
    }

    @Override
    public InternalRow get(Object key, LookupTally tally) {
        List<Object> plain = keys.plain(key);
        if (plain == null) {
            return NONE;
        }
        lastUse = nanos.getAsLong();
        return rows(tally).getOrDefault(table.comparable(plain), NONE);
    }

    private Map<Object, InternalRow> rows(LookupTally tally) {
        Copy known = copy;
        if (known != null && !isOver(known)) {
            return known.rows;
        }
        try {
            reading.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while another task reads a table"));
        }
        try {
            known = copy;
            if (known == null || isOver(known)) {
                known = read(tally);
                copy = known;
            }
            return known.rows;
        } finally {
            reading.unlock();
        }
    }

    private Copy read(LookupTally tally) {
        long start = nanos.getAsLong();
        LookupTable.Whole whole = table.all(limit);
        tally.addQuery(0, whole.retries(), nanos.getAsLong() - start);
        return new Copy(whole.rows(), start);
    }

    @Override
    public long now() {
        return nanos.getAsLong();
    }

    /** Nothing is asked by key. */
    @Override
    public void put(Object key, InternalRow row, long since) {}
}
