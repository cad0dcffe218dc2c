package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import java.io.Serializable;
import java.util.regex.Pattern;

/** A validated JDBC URL: of a known database, without credentials. */
record JdbcUrl(String text, Dialect dialect) implements Serializable {
    private static final Pattern CREDENTIALS = Pattern.compile(
            "//[^/?]*@|[?&;](user|password|sslpassword|(?:key|keyStore|trustStore)Password)=",
            Pattern.CASE_INSENSITIVE);

    static JdbcUrl parse(String text) {
        String shown = text.replaceAll("[?@].*", "");
        Dialect dialect = Dialects.of(text)
                .orElseThrow(() -> new IllegalArgumentException("Database.at(\"" + shown
                        + "\"): no dialect knows this URL. Write it as " + Dialects.examples() + "."));
        if (CREDENTIALS.matcher(text).find()) {
            throw new IllegalArgumentException("Database.at(...): the URL carries a user or a password, which logs"
                    + " and plans would show. Name them by user(...) and password(Secret...).");
        }
        return new JdbcUrl(text, dialect);
    }

    /** What stands behind the question mark; empty without one. */
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
