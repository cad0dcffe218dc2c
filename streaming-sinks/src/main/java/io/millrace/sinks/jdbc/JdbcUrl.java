package io.millrace.sinks.jdbc;

import io.millrace.core.internal.Options;
import io.millrace.sinks.jdbc.dialect.Dialect;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A validated JDBC URL: of a known database, without credentials. */
record JdbcUrl(String text, Dialect dialect) implements Serializable {
    private static final Pattern SCHEME = Pattern.compile("jdbc:[\\w+.-]+:|[\\w+.-]+(?=://)");
    private static final Pattern LOGIN = Pattern.compile(
            "user|username|.*(?:pass|password|passwd|passphrase|pwd|secret|secretkey)", Pattern.CASE_INSENSITIVE);
    /** A parameter, after a question mark or in the parentheses of an address. */
    private static final Pattern NAME = Pattern.compile("[?&;(]([^?&;(=]*)");

    static JdbcUrl parse(String text) {
        Dialect dialect = Dialects.of(text)
                .orElseThrow(() -> new IllegalArgumentException("Database.at(\"" + scheme(text)
                        + "...\"): no dialect knows this URL. Write it as " + Dialects.examples() + "."));
        if (carriesLogin(text)) {
            throw new IllegalArgumentException("Database.at(...): the URL carries a user or a password, which logs"
                    + " and plans would show. Name them by user(...) and password(Secret...).");
        }
        return new JdbcUrl(text, dialect);
    }

    /** All that a message may show of a URL whose parts are not known. */
    private static String scheme(String text) {
        Matcher scheme = SCHEME.matcher(text);
        return scheme.lookingAt() ? scheme.group() : "";
    }

    private static boolean carriesLogin(String text) {
        String server = text.replaceFirst("(?s)\\?.*", "");
        return server.contains("@")
                || NAME.matcher(text)
                        .results()
                        .map(name -> Options.decoded(name.group(1)).strip())
                        .anyMatch(name ->
                                name.contains("@") || LOGIN.matcher(name).matches());
    }

    /** What follows the question mark; empty without one. */
    String parameters() {
        int mark = text.indexOf('?');
        return mark < 0 ? "" : text.substring(mark + 1);
    }

    /** The host, the port and the database, for messages. */
    String server() {
        return text.substring(dialect.urlPrefix().length())
                .replaceFirst("^//", "")
                .replaceFirst("\\?.*", "");
    }
}
