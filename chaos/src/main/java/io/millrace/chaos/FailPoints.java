package io.millrace.chaos;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The places that a writer passes, counted, and the one fault that waits at one of them. Thread-safe. */
final class FailPoints {
    /** Spark makes its file system by name, and tasks their functions from bytes: both find their points here. */
    private static final Map<String, FailPoints> NAMED = new ConcurrentHashMap<>();

    private final Map<String, Integer> passed = new TreeMap<>();
    private @Nullable Fault armed;
    private int left;

    static FailPoints named(String name) {
        return NAMED.computeIfAbsent(name, unused -> new FailPoints());
    }

    synchronized void arm(Fault fault) {
        armed = fault;
        left = fault.hit();
    }

    synchronized void disarm() {
        armed = null;
    }

    synchronized boolean isArmed() {
        return armed != null;
    }

    /** The fault that is due at this pass of {@code site}, and not again. */
    synchronized @Nullable Fault pass(String site) {
        passed.merge(site, 1, Integer::sum);
        Fault fault = armed;
        if (fault == null || !fault.site().equals(site) || --left > 0) {
            return null;
        }
        armed = null;
        return fault;
    }

    /** How often each site was passed so far. */
    synchronized Map<String, Integer> passed() {
        return new TreeMap<>(passed);
    }
}
