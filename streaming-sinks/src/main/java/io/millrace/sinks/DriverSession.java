package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;

/** A question that the driver asks the database; where it cannot be asked, that is a problem among the others. */
final class DriverSession {
    private DriverSession() {}

    static void ask(Database database, Problems problems, Question question) {
        try (Connection connection = PostgresLogin.open(database)) {
            question.ask(connection);
        } catch (SQLException e) {
            problems.add(LoginProblem.of(database, e));
        } catch (SecretMissingException e) {
            problems.add("password", "***", "it cannot be looked up", String.valueOf(e.getMessage()));
        }
    }

    /** What is asked, on a connection of its own. */
    @FunctionalInterface
    interface Question {
        void ask(Connection connection) throws SQLException;
    }
}
