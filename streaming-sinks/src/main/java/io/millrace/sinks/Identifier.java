package io.millrace.sinks;

import java.nio.charset.StandardCharsets;

/** Names of tables and columns: taken as they are, always quoted, never long enough for the server to cut them. */
final class Identifier {
    /** PostgreSQL cuts longer names silently. */
    private static final int LONGEST = 63;

    private Identifier() {}

    static String check(String call, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(call + "(\"" + name.replace("\0", "\\0")
                    + "\"): a name has at least one character, and none of them is NUL.");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST) {
            throw new IllegalArgumentException(call + "(\"" + name + "\"): the name has " + bytes
                    + " bytes, and PostgreSQL cuts names at " + LONGEST + ". Use a shorter one.");
        }
        return name;
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
