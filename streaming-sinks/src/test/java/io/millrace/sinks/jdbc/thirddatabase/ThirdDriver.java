package io.millrace.sinks.jdbc.thirddatabase;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's driver, for URLs with another prefix. */
public final class ThirdDriver extends org.postgresql.Driver {
    static final String PREFIX = "jdbc:third:";

    @Override
    public @Nullable Connection connect(String url, @Nullable Properties properties) throws SQLException {
        return acceptsURL(url) ? super.connect(url.replace(PREFIX, "jdbc:postgresql:"), properties) : null;
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }
}
