package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TestPostgresTest {
    @RegisterExtension
    static final TestPostgres postgres = TestPostgres.start();

    @Test
    void isDurableAndTheSameOnEveryMachine() throws SQLException {
        assertThat(show("fsync")).isEqualTo("on");
        assertThat(show("synchronous_commit")).isEqualTo("on");
        assertThat(show("full_page_writes")).isEqualTo("on");
        assertThat(show("server_encoding")).isEqualTo("UTF8");
        assertThat(single(postgres, "select distinct datctype from pg_database"))
                .isEqualTo("C");
        // Not SHOW, which answers with what the driver has set for its session.
        assertThat(single(postgres, "select setting from pg_file_settings where name = 'timezone' and applied"))
                .isEqualTo("UTC");
    }

    @Test
    void listensOnlyOnLoopback() throws SQLException {
        assertThat(show("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(show("unix_socket_directories")).isEmpty();
        assertThat(postgres.jdbcUrl()).startsWith("jdbc:postgresql://127.0.0.1:" + postgres.port() + "/");
    }

    @Test
    void refusesAWrongPassword() {
        assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28P01");
    }

    @Test
    void acknowledgedRowsSurviveAKill() throws SQLException {
        try (TestPostgres server = TestPostgres.start()) {
            server.execute("create table kept (id int primary key)");
            server.execute("insert into kept select generate_series(1, 1000)");
            int port = server.port();
            server.kill();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(server::connect).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(single(server, "select count(*) from kept")).isEqualTo("1000");
        }
    }

    @Test
    void stopEndsOpenSessionsAndRestartKeepsTheData() throws SQLException {
        try (TestPostgres server = TestPostgres.start();
                Connection idle = server.connect()) {
            server.execute("create table kept (id int)", "insert into kept values (42)");
            server.stop();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(() -> idle.createStatement().execute("select 1")).isInstanceOf(SQLException.class);
            server.restart();
            server.restart();
            assertThat(single(server, "select id from kept")).isEqualTo("42");
        }
    }

    @Test
    void killEndsSessionsInTheMiddleOfAStatement() throws Exception {
        try (TestPostgres server = TestPostgres.start();
                Connection busy = server.connect();
                Statement statement = busy.createStatement()) {
            long backend = Long.parseLong(single(busy, "select pg_backend_pid()"));
            CompletableFuture<Boolean> endless = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.execute("select count(*) from generate_series(1, 1000000000000)");
                } catch (SQLException e) {
                    return false;
                }
            });
            server.kill();
            assertThat(ProcessHandle.of(backend)
                            .flatMap(process -> process.info().command()))
                    .isEmpty();
            assertThat(endless.join()).isFalse();
        }
    }

    @Test
    void closeLeavesNeitherProcessNorDirectory() throws SQLException {
        TestPostgres server = TestPostgres.start();
        Path directory = server.directory();
        ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
        server.execute("create table t (id int)");
        server.close();
        server.close();
        assertThat(directory).doesNotExist();
        assertThat(directory.resolveSibling(directory.getFileName() + ".gone")).doesNotExist();
        assertThat(postmaster.isAlive()).isFalse();
        assertThatThrownBy(server::restart).hasMessageContaining("was closed and its data deleted");
    }

    @Test
    void twoServersRunSideBySide() throws SQLException {
        try (TestPostgres other = TestPostgres.start()) {
            assertThat(other.port()).isNotEqualTo(postgres.port());
            assertThat(other.password()).isNotEqualTo(postgres.password());
            other.execute("create table only_here (id int)");
            assertThat(single(postgres, "select to_regclass('only_here')")).isNull();
        }
    }

    @Test
    void theSharedServerIsOneAndSurvivesClose() {
        TestPostgres shared = TestPostgres.shared();
        shared.close();
        assertThat(shared.isRunning()).isTrue();
        assertThat(TestPostgres.shared()).isSameAs(shared);
    }

    @Test
    void takesPasswordParametersAndBinaries() throws SQLException {
        Path program = Path.of(ProcessHandle.of(postgres.pid())
                .flatMap(postmaster -> postmaster.info().command())
                .orElseThrow());
        Path binaries = program.resolve("../..").normalize();
        TestPostgres.Settings settings = TestPostgres.configured()
                .password("it's a 'secret'")
                .setting("max_connections", "7")
                .setting("application_name", "it's")
                .binaries(binaries);
        try (TestPostgres server = settings.start()) {
            assertThat(server.password()).isEqualTo("it's a 'secret'");
            assertThat(single(server, "show max_connections")).isEqualTo("7");
        }
    }

    @Test
    void aFileThatOnlyItsOwnerReadsHasThePasswordUntilTheClose() throws IOException {
        TestPostgres server = TestPostgres.configured().password("a 'secret'").start();
        Path file = server.directory().resolve("client-password");
        assertThat(server.secret().reveal()).isEqualTo("a 'secret'");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(server.secret()).isEqualTo(Secret.file(file)).hasToString("***");
        server.close();
        assertThatThrownBy(server.secret()::reveal).hasMessageContaining("cannot be read on this machine");
    }

    @Test
    void refusesADirectoryWithoutPostgres(@TempDir Path empty) {
        TestPostgres.Settings settings = TestPostgres.configured().binaries(empty);
        assertThatThrownBy(settings::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("binaries(" + empty + "): there is no bin/postgres with bin/initdb in it."
                        + " Name the directory above bin, such as /usr/lib/postgresql/17.");
    }

    @Test
    void aServerThatDoesNotStartShowsTheEndOfItsLog() {
        TestPostgres.Settings settings = TestPostgres.configured().setting("no_such_parameter", "1");
        assertThatThrownBy(settings::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PostgreSQL ended with status 1 instead of starting")
                .hasMessageContaining("unrecognized configuration parameter \"no_such_parameter\"");
    }

    @Test
    void directoryIsNotReadableByOthers() throws Exception {
        assertThat(Files.getPosixFilePermissions(postgres.directory().resolve("..")))
                .doesNotContain(PosixFilePermission.OTHERS_READ);
        assertThat(postgres.directory().resolve("password")).doesNotExist();
    }

    private static String show(String parameter) throws SQLException {
        return single(postgres, "show " + parameter);
    }

    private static String single(TestPostgres server, String query) throws SQLException {
        try (Connection connection = server.connect()) {
            return single(connection, query);
        }
    }

    private static String single(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
