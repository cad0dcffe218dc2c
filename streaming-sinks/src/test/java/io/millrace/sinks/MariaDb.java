package io.millrace.sinks;

import io.millrace.core.Secret;
import io.millrace.testkit.TestMariaDb;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The MariaDB that all tests of this module share, asked in plain SQL. */
final class MariaDb {
    private MariaDb() {}

    static Database database() {
        return Database.at(server().jdbcUrl()).user(server().user()).password(Secret.from(() -> server().password()));
    }

    static TestMariaDb server() {
        Assumptions.assumeTrue(
                TestMariaDb.isAvailable(), "Maven Central has no binaries of MariaDB for this kind of machine");
        return TestMariaDb.shared();
    }

    static void execute(String... statements) {
        try {
            server().execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The rows of a query, each as its values joined by a bar. */
    static List<String> rows(String query) {
        try (Connection connection = server().connect()) {
            return Server.rows(connection, query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
