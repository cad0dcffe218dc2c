package io.millrace.chaos.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tracks which statement each message of a PostgreSQL connection belongs to, since replies do not name it. One thread
 * calls it for requests, another for replies.
 */
public final class Conversation {
    /** Marks a reply of ReadyForQuery. */
    private static final String READY = "ready";

    private static final String COMMIT = "COMMIT";

    /** The site of an error with SQLSTATE 40P01: the server has detected a deadlock and aborted the transaction. */
    public static final String DEADLOCK = "error 40P01";

    private final Map<String, String> prepared = new ConcurrentHashMap<>();
    private final Map<String, String> portals = new ConcurrentHashMap<>();
    private final Queue<String> running = new ConcurrentLinkedQueue<>();
    private volatile String lastWork = "nothing";

    /** Returns the site of a message to the server, if it is one. */
    @Nullable String request(char type, byte[] body) {
        switch (type) {
            case 'P' -> prepared.put(text(body, 0), StatementNames.name(text(body, end(body, 0) + 1)));
            case 'B' -> portals.put(text(body, 0), prepared.getOrDefault(text(body, end(body, 0) + 1), "unknown"));
            case 'E' -> {
                return started(portals.getOrDefault(text(body, 0), "unknown"));
            }
            case 'Q' -> {
                String site = started(StatementNames.name(text(body, 0)));
                running.add(READY);
                return site;
            }
            case 'S' -> running.add(READY);
            case 'c' -> {
                return running.peek() + " done";
            }
            default -> {
                return null;
            }
        }
        return null;
    }

    private String started(String statement) {
        String site = statement.equals(COMMIT) ? COMMIT + " after " + lastWork : statement;
        if (!statement.equals(COMMIT) && !statement.equals("BEGIN")) {
            lastWork = statement;
        }
        running.add(site);
        return site;
    }

    /** Returns the site of a message to the client, if it is one. */
    @Nullable String reply(char type) {
        switch (type) {
            case 'G' -> {
                return running.peek() + " open";
            }
            case 'C' -> {
                return polled();
            }
            case 'I', 's' -> polled();
            case 'Z' -> skipToReady();
            default -> {
                return null;
            }
        }
        return null;
    }

    /** Returns the site of an ErrorResponse. Each of its fields is a letter and a text; C is the SQLSTATE. */
    static String error(byte[] body) {
        int field = 0;
        while (body[field] != 0 && body[field] != 'C') {
            field = end(body, field) + 1;
        }
        return "error" + (body[field] == 0 ? "" : " " + text(body, field + 1));
    }

    private @Nullable String polled() {
        return READY.equals(running.peek()) ? null : running.poll();
    }

    /** After an error the server skips all messages until the next Sync. */
    private void skipToReady() {
        for (String skipped = running.poll(); skipped != null && !skipped.equals(READY); ) {
            skipped = running.poll();
        }
    }

    private static int end(byte[] body, int from) {
        int end = from;
        while (body[end] != 0) {
            end++;
        }
        return end;
    }

    private static String text(byte[] body, int from) {
        return new String(body, from, end(body, from) - from, StandardCharsets.UTF_8);
    }
}
