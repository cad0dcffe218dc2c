package io.millrace.sinks;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A JDBC URL that has been looked at: of a known database, without credentials. */
record JdbcUrl(String text, Dialect dialect) implements Serializable {
    private static final List<Dialect> DIALECTS = List.of(new PostgresDialect(), new MariaDbDialect());
    private static final Pattern CREDENTIALS = Pattern.compile(
            "//[^/?]*@|[?&;](user|password|sslpassword|(?:key|keyStore|trustStore)Password)=",
            Pattern.CASE_INSENSITIVE);

    static JdbcUrl parse(String text) {
        String shown = text.replaceAll("[?@].*", "");
        Dialect dialect = DIALECTS.stream()
                .filter(known -> text.toLowerCase(Locale.ROOT).startsWith(known.urlPrefix()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("Database.at(\"" + shown + "\"): no dialect knows this URL."
                                + " Write it as "
                                + DIALECTS.stream().map(Dialect::urlExample).collect(Collectors.joining(", or as "))
                                + "."));
        if (CREDENTIALS.matcher(text).find()) {
            throw new IllegalArgumentException("Database.at(...): the URL carries a user or a password, which logs"
                    + " and plans would show. Name them by user(...) and password(Secret...).");
        }
        return new JdbcUrl(text, dialect);
    }

    /** Host, port and database, for messages. */
    String server() {
        return text.substring(dialect.urlPrefix().length())
                .replaceFirst("^//", "")
                .replaceFirst("\\?.*", "");
    }
}
