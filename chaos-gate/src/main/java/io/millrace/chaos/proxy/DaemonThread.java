package io.millrace.chaos.proxy;

/** Starts daemon threads. */
public final class DaemonThread {
    private DaemonThread() {}

    public static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
