package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.dialect.Sql;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A refused login or a revoked right is not retried, whatever changed while a query runs. */
class JdbcLoginTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    static Stream<Arguments> refusals() {
        Database postgres = Server.database();
        Database mariaDb = MariaDb.database();
        return Stream.of(
                Arguments.of(
                        "a wrong password",
                        // A size that no other test uses, so that the pool has no connection with the right password.
                        postgres.connections(9).password(Secret.from(() -> "wrong")),
                        "password authentication failed for user \"postgres\" (SQLSTATE 28P01)"),
                Arguments.of(
                        "a wrong password",
                        mariaDb.connections(9).password(Secret.from(() -> "wrong")),
                        "(using password: YES) (SQLSTATE 28000)"),
                Arguments.of(
                        "an unknown database",
                        at(postgres, "/postgres$", "/nowhere"),
                        "database \"nowhere\" does not exist (SQLSTATE 3D000)"),
                Arguments.of(
                        "an unknown database",
                        at(mariaDb, "/millrace$", "/nowhere"),
                        "Unknown database 'nowhere' (SQLSTATE 42000)"),
                Arguments.of(
                        "a wrong setting",
                        at(postgres, "$", "?options=-c%20nonsense=1"),
                        "unrecognized configuration parameter \"nonsense\" (SQLSTATE 42704)"),
                Arguments.of(
                        "a wrong setting",
                        at(mariaDb, "$", "?sessionVariables=nonsense=1"),
                        "Unknown system variable 'nonsense' (SQLSTATE HY000)"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("refusals")
    void aRefusedLoginFailsTheTaskAtOnceWithTheReason(String what, Database database, String reason) {
        Retries retries = new Retries(database, LONG);

        assertThatThrownBy(() -> retries.commit(what, connection -> {}))
                .hasMessageStartingWith(what + " in " + database.label() + " failed: no connection in ")
                .hasMessageEndingWith(reason + ".");
        assertThat(retries.counts().of(WriteCounts.Metric.RETRIES)).isZero();
    }

    @Test
    void aRevokedRightFailsTheTaskAtOnceAndIsNamed() {
        Server.execute(
                "DROP TABLE IF EXISTS closed",
                "CREATE TABLE closed (id int)",
                "DROP ROLE IF EXISTS porter",
                "CREATE ROLE porter LOGIN PASSWORD 'porter'");
        MariaDb.execute(
                "DROP TABLE IF EXISTS closed",
                "CREATE TABLE closed (id int)",
                "CREATE OR REPLACE USER porter IDENTIFIED BY 'porter'",
                "GRANT SELECT ON closed TO porter");

        assertRefused(Server.database(), "permission denied for table closed (SQLSTATE 42501)");
        assertRefused(MariaDb.database(), "for table `millrace`.`closed` (SQLSTATE 42000)");
    }

    private static void assertRefused(Database server, String reason) {
        Retries retries = new Retries(server.user("porter").password(Secret.from(() -> "porter")), LONG);

        assertThatThrownBy(() -> retries.commit(
                        "Upsert", connection -> Sql.execute(connection, "INSERT INTO closed VALUES (1)")))
                .hasMessageEndingWith(reason + ".");
        assertThat(retries.counts().of(WriteCounts.Metric.RETRIES)).isZero();
    }

    private static Database at(Database server, String pattern, String replacement) {
        Secret password = server.password();
        String user = server.user();
        if (user == null || password == null) {
            throw new IllegalStateException("the servers of the tests have users with passwords");
        }
        return Database.at(server.url().text().replaceFirst(pattern, replacement))
                .user(user)
                .password(password);
    }
}
