package io.millrace.sinks.jdbc;

import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.TargetLimit;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

class MariaDbContractTest extends JdbcContracts {
    private static final TargetFaults FAULTS = new TargetFaults();

    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    Connection connect() throws SQLException {
        return MariaDb.server().connect();
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    String text() {
        return "longtext";
    }

    @Override
    TargetFaults faults() {
        return FAULTS;
    }

    @Override
    Database through(TargetFaults faults) {
        return ProxiedDatabase.of(database(), faults);
    }

    @Override
    Set<TargetLimit> limits() {
        return EnumSet.of(
                TargetLimit.NAN,
                TargetLimit.INFINITY,
                TargetLimit.NEGATIVE_ZERO,
                TargetLimit.BEFORE_1970,
                TargetLimit.AFTER_2037);
    }

    @Override
    String instant() {
        return "timestamp(6) NULL";
    }

    /** As text: the driver moves a time that the zone of the JVM does not have. */
    @Override
    String seen() {
        return "CAST(seen AS char)";
    }

    @Override
    @Nullable Object instant(ResultSet found, int column) throws SQLException {
        String instant = found.getString(column);
        return instant == null
                ? null
                : LocalDateTime.parse(instant.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }

    @Override
    AutoCloseable outage() {
        MariaDb.execute("SET check_constraint_checks = 0", "ALTER TABLE contract ADD CONSTRAINT outage CHECK (1 = 0)");
        return () -> MariaDb.execute("ALTER TABLE contract DROP CONSTRAINT outage");
    }
}
