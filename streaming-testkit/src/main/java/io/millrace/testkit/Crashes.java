package io.millrace.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Records the files that a run writes to its checkpoint, and can fail once before or after one of them. */
final class Crashes implements Checkpoint.WriteListener {
    private static final String MESSAGE = "planted crash around a checkpoint write";

    private final int failAt;
    private final boolean after;
    private final List<String> written = new ArrayList<>();
    private boolean struck;

    private Crashes(int failAt, boolean after) {
        this.failAt = failAt;
        this.after = after;
    }

    static Crashes none() {
        return new Crashes(-1, false);
    }

    static Crashes beforeWrite(int index) {
        return new Crashes(index, false);
    }

    static Crashes afterWrite(int index) {
        return new Crashes(index, true);
    }

    synchronized List<String> written() {
        return List.copyOf(written);
    }

    synchronized boolean struck() {
        return struck;
    }

    static boolean isCauseOf(Exception error) {
        return Causes.mention(error, MESSAGE);
    }

    @Override
    public synchronized void beforeWrite(String path) throws IOException {
        written.add(path);
        strike(false);
    }

    @Override
    public synchronized void afterWrite(String path) throws IOException {
        strike(true);
    }

    private void strike(boolean isAfter) throws IOException {
        if (!struck && isAfter == after && written.size() == failAt + 1) {
            struck = true;
            throw new IOException(MESSAGE);
        }
    }
}
