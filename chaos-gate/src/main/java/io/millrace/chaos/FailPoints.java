package io.millrace.chaos;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The places that a writer passes, counted, and the one fault that waits at one of them. Thread-safe. */
final class FailPoints {
    /** Spark makes its file system by name, and tasks their functions from bytes: both find their points here. */
    private static final Map<String, FailPoints> NAMED = new ConcurrentHashMap<>();

    private static final int TRANSCRIPT = 5_000;

    private final Map<String, Integer> passed = new TreeMap<>();
    private final Queue<String> transcript = new ArrayDeque<>();
    private volatile boolean dead;
    private volatile Striker striker = (fault, link) -> {};
    private @Nullable Fault armed;
    private int left;
    private long passes;

    static FailPoints named(String name) {
        return NAMED.computeIfAbsent(name, unused -> new FailPoints());
    }

    void onFault(Striker does) {
        striker = does;
    }

    /** Passes {@code site}; the fault that is due there strikes before this returns. */
    void reach(String site, @Nullable ProxyLink link) throws IOException {
        if (dead && link == null) {
            throw new IOException("came to " + site + " after the crash");
        }
        Fault fault = pass(site);
        if (fault != null) {
            striker.strike(fault, link);
        }
    }

    /** From now on nobody who is not on a connection passes any point, since the writer is to be gone. */
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

    /** The fault that is due at this pass of {@code site}, and not again. */
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

    /** Returns when {@code site} has been passed once more, or after so many seconds. */
    synchronized void awaitPass(String site, long seconds) throws InterruptedException {
        int before = passed(site);
        Deadline deadline = Deadline.in(seconds);
        while (deadline.open() && passed(site) == before) {
            wait(Deadline.PAUSE_MILLIS);
        }
    }

    /** How often any site was passed so far. */
    synchronized long passes() {
        return passes;
    }

    synchronized int passed(String site) {
        return passed.getOrDefault(site, 0);
    }

    /** How often each site was passed so far. */
    synchronized Map<String, Integer> passed() {
        return new TreeMap<>(passed);
    }

    /** The sites that were passed last, with the time. */
    synchronized List<String> transcript() {
        return List.copyOf(transcript);
    }

    synchronized void forget() {
        passed.clear();
    }

    /** Does what the fault says, in the thread that has come to it. */
    @FunctionalInterface
    interface Striker {
        /**
         * Strikes.
         *
         * @param link the connection, where the site is a message on one
         * @throws IOException where whoever has come here goes no further
         */
        void strike(Fault fault, @Nullable ProxyLink link) throws IOException;
    }
}
