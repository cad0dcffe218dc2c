package io.millrace.chaos;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is said on one connection to PostgreSQL: which statement each message belongs to, since a reply names none. One
 * thread tells the requests, another the replies.
 */
final class Conversation {
    /** Where the server says that it is ready for more. */
    private static final String READY = "ready";

    private static final String COMMIT = "COMMIT";

    /** The site of an error of SQLSTATE 40P01: the server has found a deadlock, and this client gives in. */
    static final String DEADLOCK = "error 40P01";

    private final Map<String, String> prepared = new ConcurrentHashMap<>();
    private final Map<String, String> portals = new ConcurrentHashMap<>();
    private final Queue<String> running = new ConcurrentLinkedQueue<>();
    private volatile String lastWork = "nothing";

    /** The site of a message to the server, if it is one that work depends on. */
    @Nullable String request(char type, byte[] body) {
        switch (type) {
            case 'P' -> prepared.put(text(body, 0), Statements.name(text(body, end(body, 0) + 1)));
            case 'B' -> portals.put(text(body, 0), prepared.getOrDefault(text(body, end(body, 0) + 1), "unknown"));
            case 'E' -> {
                return begun(portals.getOrDefault(text(body, 0), "unknown"));
            }
            case 'Q' -> {
                String site = begun(Statements.name(text(body, 0)));
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

    private String begun(String statement) {
        String site = statement.equals(COMMIT) ? COMMIT + " after " + lastWork : statement;
        if (!statement.equals(COMMIT) && !statement.equals("BEGIN")) {
            lastWork = statement;
        }
        running.add(site);
        return site;
    }

    /** The site of a message to the client, if it ends or opens something. */
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

    /** The site of an error that the server reports: its fields are each a letter and a text, C that of the SQLSTATE. */
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

    /** After an error the server leaves out what was sent before the next synchronisation. */
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
