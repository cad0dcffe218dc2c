package io.millrace.sinks.jdbc;

import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.SqlAction;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * Runs the driver's checks on a connection of their own. A connection that cannot be opened is reported as a problem.
 */
final class DriverSession {
    private DriverSession() {}

    static void ask(Database database, Problems problems, SqlAction check) {
        try (Connection connection = open(database)) {
            check.run(connection);
        } catch (SQLException e) {
            problems.add(LoginProblem.of(database, database.dialect().faults().serverError(e)));
        } catch (SecretMissingException e) {
            problems.add("password", "***", "it cannot be looked up", String.valueOf(e.getMessage()));
        }
    }

    /** Runs a check if the server and the session are supported. */
    static void inspect(Database database, Problems problems, SqlAction check) {
        ask(database, problems, connection -> {
            if (isKnown(connection, database, problems) && isFit(connection, database, problems)) {
                check.run(connection);
            }
        });
    }

    /** Runs a check if the server is a supported one; the session may be read-only. */
    static void askKnown(Database database, Problems problems, SqlAction check) {
        ask(database, problems, connection -> {
            if (isKnown(connection, database, problems)) {
                check.run(connection);
            }
        });
    }

    private static boolean isFit(Connection connection, Database database, Problems problems) throws SQLException {
        Optional<Flaw> flaw = database.dialect().flaw(connection, () -> open(database));
        flaw.ifPresent(found -> problems.add("jdbc", database.label(), found.reason(), found.hint()));
        return flaw.isEmpty();
    }

    private static boolean isKnown(Connection connection, Database database, Problems problems) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        if (product.equals(database.dialect().product())) {
            return true;
        }
        problems.add(
                "jdbc",
                database.label(),
                "the server calls itself " + product + ", but this URL is for "
                        + database.dialect().product() + ": the sinks' guarantees are not known to hold there",
                "Connect to " + database.dialect().product() + ".");
        return false;
    }

    /** Opens a connection without the pool, so that a failure is reported at once; a pool would retry. */
    private static Connection open(Database database) throws SQLException {
        Properties properties = database.dialect().properties(database.settings());
        Secret password = database.password();
        if (database.user() != null) {
            properties.setProperty("user", database.user());
        }
        if (password != null) {
            properties.setProperty("password", SecretMissingException.revealed(password));
        }
        Connection connection =
                driver(database.dialect()).connect(database.url().text(), properties);
        if (connection == null) {
            throw new SQLException("the driver does not take this URL", "08001");
        }
        return connection;
    }

    private static Driver driver(Dialect dialect) throws SQLException {
        try {
            return Class.forName(dialect.driver())
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("its driver " + dialect.driverArtifact() + " is not on the class path", "0A000", e);
        }
    }
}
