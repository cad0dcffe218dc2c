package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.servers.TestMariaDb;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The MariaDB that all tests of this module share, queried in plain SQL. */
public final class MariaDb {
    private MariaDb() {}

    public static Database database() {
        return Database.at(server());
    }

    static TestMariaDb server() {
        Assumptions.assumeTrue(
                TestMariaDb.isAvailable(), "Maven Central has no binaries of MariaDB for this kind of machine");
        return TestMariaDb.shared();
    }

    public static void execute(String... statements) {
        try {
            server().execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The rows of a query, each as its values joined by a bar. */
    public static List<String> rows(String query) {
        try (Connection connection = server().connect()) {
            return Server.rows(connection, query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a query finds something, or until the time-out of the test. */
    static String awaited(String query) {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet found = statement.executeQuery(query)) {
                    if (found.next()) {
                        return found.getString(1);
                    }
                }
                assertThat(Thread.interrupted()).as(query + " finds nothing").isFalse();
                statement.execute("DO sleep(0.005)");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the server has executed the statement, so that only the reply is lost. */
    static void andAwaitItsEnd(FaultProxy.Forward forward) throws IOException {
        forward.run();
        awaited("SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.PROCESSLIST p"
                + " WHERE p.HOST = '127.0.0.1:" + forward.clientPort() + "' AND (p.COMMAND <> 'Sleep' OR EXISTS"
                + " (SELECT 1 FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id = p.ID)))");
    }
}
