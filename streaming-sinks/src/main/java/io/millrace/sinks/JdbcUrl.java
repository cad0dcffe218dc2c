package io.millrace.sinks;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;

/** A JDBC URL that has been looked at: of a known database, without credentials. */
record JdbcUrl(String text) implements Serializable {
    private static final String POSTGRES = "jdbc:postgresql:";
    private static final Pattern CREDENTIALS =
            Pattern.compile("//[^/?]*@|[?&;](user|password|sslpassword)=", Pattern.CASE_INSENSITIVE);

    static JdbcUrl parse(String text) {
        String shown = text.replaceAll("[?@].*", "");
        if (!text.toLowerCase(Locale.ROOT).startsWith(POSTGRES)) {
            throw new IllegalArgumentException("Database.at(\"" + shown + "\"): no dialect knows this URL."
                    + " Write it as jdbc:postgresql://host:port/database.");
        }
        if (CREDENTIALS.matcher(text).find()) {
            throw new IllegalArgumentException("Database.at(...): the URL carries a user or a password, which logs"
                    + " and plans would show. Name them by user(...) and password(Secret...).");
        }
        return new JdbcUrl(text);
    }

    /** Host, port and database, for messages. */
    String server() {
        return text.substring(POSTGRES.length()).replaceFirst("^//", "").replaceFirst("\\?.*", "");
    }
}
