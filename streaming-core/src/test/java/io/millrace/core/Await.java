package io.millrace.core;

import java.util.concurrent.Callable;

/**
 * Waits for what another thread or process does. A test that waits in vain ends by its limit of time, and names the
 * line.
 */
public final class Await {
    private Await() {}

    /**
     * Returns as soon as {@code condition} holds.
     *
     * @throws AssertionError if the thread is interrupted, which JUnit does to a test that takes too long
     */
    public static void until(Callable<Boolean> condition) {
        try {
            while (!condition.call()) {
                if (Thread.interrupted()) {
                    throw new AssertionError("Interrupted before the condition held");
                }
                Thread.onSpinWait();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
