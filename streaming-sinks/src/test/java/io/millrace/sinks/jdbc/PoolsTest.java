package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PoolsTest {
    @Test
    void aPoolWhoseFirstConnectionIsCutDuringItsCheckOpensAnother() throws Exception {
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            // A size that no other test uses, for a new pool even if another proxy had this port before.
            Database database = proxy.of(Server.database()).connections(3);
            proxy.cutOnceAt("TRANSACTION ISOLATION LEVEL");
            try (Connection connection = Pools.borrow(database, "Batch 7")) {
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            }
            assertThat(proxy.hasCut()).isTrue();
        }
    }

    @Test
    void anExhaustedPoolReportsTheWaitAndWhatToDo() throws Exception {
        Database narrow = Server.database().connections(1);
        try (Connection taken = Pools.borrow(narrow, "Test")) {
            assertThat(taken.isValid(1)).isTrue();
            assertThatThrownBy(() -> Pools.borrow(narrow, "Batch 7", Duration.ofMillis(1_200)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            thrown -> assertThat(narrow.dialect().faults().describe(thrown))
                                    .matches("no connection in 1\\.[2-9] s: 1 of 1 are in use, and 0 others wait."
                                            + " Let the Database open more by connections\\(\\.\\.\\.\\),"
                                            + " or run fewer tasks at once"));
        }
    }

    @Test
    void aServerThatCannotBeReachedIsReported() {
        Database nobody = Database.at("jdbc:postgresql://127.0.0.1:1/none").user("nobody");
        assertThatThrownBy(() -> Pools.borrow(nobody, "Batch 7", Duration.ofMillis(1_200)))
                .hasMessageMatching("(?s)no connection in \\d\\.\\d s: Connection to 127.0.0.1:1 refused.*")
                .isInstanceOfSatisfying(
                        SQLException.class,
                        thrown -> assertThat(thrown.getSQLState()).isEqualTo("08001"));
    }

    @Test
    void anotherSecretOpensAPoolOfItsOwn() throws Exception {
        Database before = Server.database().connections(11).password(Secret.from(() -> "wrong"));
        assertThatThrownBy(() -> Pools.borrow(before, "Batch 7"))
                .hasMessageMatching("no connection in \\d\\.\\d s with the password from a lookup of your own: FATAL:"
                        + " password authentication failed for user \"postgres\"");

        Database after = Server.database().connections(11);
        try (Connection connection = Pools.borrow(after, "Batch 7")) {
            assertThat(connection.isValid(1)).isTrue();
        }
        assertThat(Pools.of(after)).isSameAs(Pools.of(Server.database().connections(11)));
        assertThat(Pools.of(after)).isNotSameAs(Pools.of(after.connectTimeout(Duration.ofSeconds(3))));
    }

    @Test
    void aSecretWhoseFileChangesOpensTheNextConnection(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "old");
        Database database = Server.database().connections(12).password(Secret.file(file));
        assertThatThrownBy(() -> Pools.borrow(database, "Batch 7"))
                .hasMessageContaining(" with the password from the file " + file + ": ");

        Files.writeString(file, Server.password().reveal());

        try (Connection connection = Pools.borrow(database, "Batch 7")) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    @Timeout(20)
    void aMissingSecretIsReportedAtOnce(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("password");
        Database database = Server.database().connections(13).password(Secret.file(file));
        String message = "The secret in the file " + file + " cannot be read on this machine (NoSuchFileException)."
                + " Put the file there, readable by this process.";
        assertThatThrownBy(() -> Pools.borrow(database, "Batch 6")).hasMessage(message);

        Files.writeString(file, Server.password().reveal());
        try (Connection taken = Pools.borrow(database, "Batch 7")) {
            assertThat(taken.isValid(1)).isTrue();
            Files.delete(file);
            assertThatThrownBy(() -> new Retries(database, Duration.ofMinutes(2)).commit("Batch 8", connection -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
        }
    }
}
