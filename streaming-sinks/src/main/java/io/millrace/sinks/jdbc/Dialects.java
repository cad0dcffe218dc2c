package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.mariadb.MariaDbDialect;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The databases that a URL may name: those of this module, one line each, and those that the class path adds as
 * services of type {@link Dialect}. A fat jar that drops service files loses only the latter.
 */
final class Dialects {
    private static final List<Dialect> BUILT_IN = List.of(new PostgresDialect(), new MariaDbDialect());

    private static final List<Dialect> ALL = withServices();

    private Dialects() {}

    /** Finds the first dialect whose URL prefix matches. */
    static Optional<Dialect> of(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(dialect -> lower.startsWith(dialect.urlPrefix()))
                .findFirst();
    }

    /** Example URLs of the built-in databases, for messages. */
    static String examples() {
        return BUILT_IN.stream().map(Dialect::urlExample).collect(Collectors.joining(", or as "));
    }

    private static List<Dialect> withServices() {
        List<Dialect> all = new ArrayList<>(BUILT_IN);
        ServiceLoader.load(Dialect.class, Dialects.class.getClassLoader()).forEach(all::add);
        return List.copyOf(all);
    }
}
