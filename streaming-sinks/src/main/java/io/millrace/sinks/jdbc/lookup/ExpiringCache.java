package io.millrace.sinks.jdbc.lookup;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, each for a time, and at most so many. A full cache gives up the value that came first, unless it was
 * used since it came, or since it was last spared: the CLOCK of F. J. Corbató, "A Paging Experiment with the Multics
 * System" (1968). For any number of threads.
 */
final class ExpiringCache<V> {
    private final int limit;
    private final long lifetime;
    private final LongSupplier nanos;
    private final Map<Object, Entry<V>> entries = new ConcurrentHashMap<>();

    /** The keys in the order of {@link #entries}' clock. Guarded by itself. */
    private final Queue<Object> order = new ArrayDeque<>();

    /** @param nanos the clock, as {@link System#nanoTime} */
    ExpiringCache(int limit, Duration lifetime, LongSupplier nanos) {
        this.limit = limit;
        this.lifetime = lifetime.toNanos();
        this.nanos = nanos;
    }

    /** The value; null if there is none, or its time is over. */
    @Nullable V get(Object key) {
        Entry<V> entry = entries.get(key);
        if (entry == null || entry.isOver(nanos.getAsLong())) {
            return null;
        }
        if (!entry.used) {
            entry.used = true;
        }
        return entry.value;
    }

    /** Keeps a value, whose time begins at {@code since} of the clock. */
    void put(Object key, V value, long since) {
        if (lifetime == 0) {
            return;
        }
        if (entries.put(key, new Entry<>(value, since + lifetime)) == null) {
            synchronized (order) {
                order.add(key);
                while (order.size() > limit) {
                    removeOne();
                }
            }
        }
    }

    int size() {
        return entries.size();
    }

    private void removeOne() {
        long now = nanos.getAsLong();
        while (true) {
            Object key = order.remove();
            Entry<V> entry = entries.get(key);
            if (entry == null || !entry.used || entry.isOver(now)) {
                entries.remove(key);
                return;
            }
            entry.used = false;
            order.add(key);
        }
    }

    private static final class Entry<V> {
        private final V value;
        private final long end;
        private volatile boolean used;

        Entry(V value, long end) {
            this.value = value;
            this.end = end;
        }

        boolean isOver(long now) {
            return now - end >= 0;
        }
    }
}
