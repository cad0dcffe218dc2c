package io.millrace.chaos;

import io.millrace.chaos.proxy.ProxyLink;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts the sites that a writer passes and triggers the armed fault at its site. Thread-safe. */
final class FailPoints {
    /** Spark creates file systems by class name and deserializes functions of tasks; both look up their points here. */
    private static final Map<String, FailPoints> NAMED = new ConcurrentHashMap<>();

    private static final int TRANSCRIPT = 5_000;

    private final Map<String, Integer> passed = new TreeMap<>();
    private final Queue<String> transcript = new ArrayDeque<>();
    private volatile boolean dead;
    private volatile FaultHandler handler = (fault, link) -> {};
    private @Nullable Fault armed;
    private int left;
    private long passes;

    static FailPoints named(String name) {
        return NAMED.computeIfAbsent(name, unused -> new FailPoints());
    }

    void onFault(FaultHandler next) {
        handler = next;
    }

    /** Passes {@code site}, and handles the fault that is due there, if any. */
    void reach(String site, @Nullable ProxyLink link) throws IOException {
        if (dead && link == null) {
            throw new IOException("reached " + site + " after the crash");
        }
        Fault fault = pass(site);
        if (fault != null) {
            handler.handle(fault, link);
        }
    }

    /** From now on sites that are not on a connection cannot be passed, since the writer has crashed. */
    void die() {
        dead = true;
    }

    void revive() {
        dead = false;
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

    /** Returns the fault that is due at this pass of {@code site} and disarms it. */
    synchronized @Nullable Fault pass(String site) {
        passes++;
        passed.merge(site, 1, Integer::sum);
        notifyAll();
        transcript.add(Instant.now() + " " + site);
        if (transcript.size() > TRANSCRIPT) {
            transcript.remove();
        }
        Fault fault = armed;
        if (fault == null || !fault.site().equals(site) || --left > 0) {
            return null;
        }
        armed = null;
        return fault;
    }

    /** Waits until {@code site} is passed again, for {@code seconds} at most. */
    synchronized void awaitPass(String site, long seconds) throws InterruptedException {
        int before = passed(site);
        Deadline deadline = Deadline.in(seconds);
        while (deadline.open() && passed(site) == before) {
            wait(Deadline.PAUSE_MILLIS);
        }
    }

    /** Returns how often sites were passed so far. */
    synchronized long passes() {
        return passes;
    }

    synchronized int passed(String site) {
        return passed.getOrDefault(site, 0);
    }

    /** Returns how often each site was passed so far. */
    synchronized Map<String, Integer> passed() {
        return new TreeMap<>(passed);
    }

    /** Returns the last sites that were passed, with timestamps. */
    synchronized List<String> transcript() {
        return List.copyOf(transcript);
    }

    synchronized void forget() {
        passed.clear();
    }

    /** Handles a fault in the thread that has reached its site. */
    @FunctionalInterface
    interface FaultHandler {
        /**
         * Handles a fault.
         *
         * @param link the connection, if the site is a message on one
         * @throws IOException to stop the caller at this site
         */
        void handle(Fault fault, @Nullable ProxyLink link) throws IOException;
    }
}
