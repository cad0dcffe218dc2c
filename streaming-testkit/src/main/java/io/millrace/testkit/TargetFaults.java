package io.millrace.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets a {@link SinkContract} lose the connection to a target, or crash, between any two statements of the sink. A
 * target that a sink connects to is reached {@link #through} a proxy, which needs no knowledge of its protocol: each
 * time the client speaks after the server has spoken counts as a statement. A target in this JVM calls
 * {@link #statement} before each of its operations. Does nothing outside of the two tests that use it. Thread-safe.
 *
 * <pre>{@code
 * static final TargetFaults FAULTS = new TargetFaults();
 * static final String URL = "jdbc:postgresql://127.0.0.1:" + FAULTS.through(5432) + "/shop"; // for the sink alone
 *
 * protected TargetFaults faults() { return FAULTS; }
 * }</pre>
 */
public final class TargetFaults implements AutoCloseable {
    private final Map<Integer, FaultProxy> proxies = new ConcurrentHashMap<>();
    private int statements;
    private boolean struck;
    private boolean down;
    private @Nullable TargetFault armed;
    private @Nullable TargetFault current;

    /** Faults for one target, at most once at a time. */
    public TargetFaults() {}

    /**
     * The port of a proxy on 127.0.0.1 to {@code port} on this machine; of the same proxy at each call. Only the sink
     * uses it: {@code target()}, {@code reset()} and {@code outage()} of the contract connect without it.
     */
    public int through(int port) {
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("through(" + port + "): a port is a number from 1 to 65535.");
        }
        return proxies.computeIfAbsent(port, target -> new FaultProxy(this, target))
                .port();
    }

    /**
     * Called by a target in this JVM before each operation of a sink.
     *
     * @throws IllegalStateException if the connection is lost here, as the contract has planned
     */
    public void statement() {
        if (isDown() || next() == Verdict.CUT_BEFORE) {
            throw new IllegalStateException("The connection to the target is lost: a fault of the contract.");
        }
    }

    /** Closes the proxies and their connections. Without it they end with the JVM. */
    @Override
    public void close() {
        proxies.values().forEach(FaultProxy::close);
        proxies.clear();
    }

    /** What happens to a statement. */
    enum Verdict {
        PASS,
        CUT_BEFORE,
        CUT_AFTER
    }

    /** The verdict about the statement that is about to be sent. */
    Verdict next() {
        TargetFault fault;
        synchronized (this) {
            statements++;
            fault = armed;
            if (fault == null || fault.statement() != statements) {
                return Verdict.PASS;
            }
            armed = null;
            current = fault;
        }
        if (fault.after()) {
            return Verdict.CUT_AFTER;
        }
        strike();
        return Verdict.CUT_BEFORE;
    }

    /** The statement that {@link #next} was about is not sent, or its reply is lost. */
    void strike() {
        boolean crash;
        synchronized (this) {
            struck = true;
            crash = current != null && current.crash();
            down = crash;
        }
        if (crash) {
            proxies.values().forEach(FaultProxy::cutAll);
        }
    }

    /** Counts the statements from here on. */
    synchronized void watch(@Nullable TargetFault fault) {
        statements = 0;
        struck = false;
        current = null;
        armed = fault;
    }

    /** Accepts connections again, and plans no fault. */
    synchronized void heal() {
        armed = null;
        down = false;
    }

    synchronized int statements() {
        return statements;
    }

    synchronized boolean hasStruck() {
        return struck;
    }

    synchronized boolean isDown() {
        return down;
    }

    /** Whether a reply can be lost: an operation in this JVM has none. */
    boolean hasReplies() {
        return !proxies.isEmpty();
    }
}
