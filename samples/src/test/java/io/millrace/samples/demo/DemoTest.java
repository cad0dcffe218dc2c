package io.millrace.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Secret;
import io.millrace.testkit.servers.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void tableIsExactOnRealServers() {
        assertThat(demo("--events", "3000", "--partitions", "3")).isZero();
        assertThat(text(err)).isEmpty();
        assertThat(text(out).lines().toList())
                .contains("The busiest windows:")
                .last()
                .asString()
                .matches("demo: exact, events=3000 windows=7\\d late=[1-9]\\d* malformed=[1-9]\\d* differences=0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --events=0            | --events 0: must be from 1 to 50000000.
            --events=many         | Invalid value for option '--events': 'many' is not an int. See ./demo --help.
            --rate=-1             | --rate -1: must be hits per second, or 0 for unlimited.
            --partitions=0        | --partitions 0: must be from 1 to 1000.
            --kafka=localhost     | --kafka localhost: must be host:port, e.g. localhost:9092.
            --user=me             | --user me: requires --jdbc URL.
            --jdbc=jdbc:db2:x     | --jdbc: Database.at("jdbc:db2:..."): no dialect knows this URL. \
            Write it as jdbc:postgresql://host:port/database, or as jdbc:mariadb://host:port/database.
            --jdbc=jdbc:postgresql://127.0.0.1:1/x | \
            Cannot reach PostgreSQL at 127.0.0.1:1/x: start it, correct --jdbc, \
            or omit --jdbc to use an embedded one.
            --evens=1             | Unknown option: '--evens=1'. See ./demo --help.
            """)
    void failureToStartIsOneLineAndExitCodeTwo(String option, String message) {
        assertThat(demo(option)).isEqualTo(2);
        assertThat(text(err)).isEqualTo("demo: " + message + System.lineSeparator());
        assertThat(text(out)).isEmpty();
    }

    @Test
    void verbosePrintsTheStackTrace() {
        assertThat(demo("--jdbc", "jdbc:postgresql://127.0.0.1:1/x", "--verbose"))
                .isEqualTo(2);
        assertThat(text(err)).contains("Cannot reach PostgreSQL", "\tat ");
    }

    @Test
    void helpListsTheOptions() {
        assertThat(demo("--help")).isZero();
        assertThat(text(out)).contains("--events", "--rate", "--partitions", "--kafka", "--jdbc", "--user", "--keep");
    }

    @Test
    void missingPasswordIsReportedWithItsVariable() {
        TestPostgres postgres = TestPostgres.shared();
        assertThat(demo("--jdbc", postgres.jdbcUrl(), "--user", "nobody")).isEqualTo(2);
        assertThat(text(err))
                .endsWith("rejects this user or password: correct --user and the environment variable PGPASSWORD."
                        + System.lineSeparator());
    }

    @Test
    void missingTableIsReportedWithItsDdlAndANonEmptyOneIsRejected() throws SQLException {
        TestPostgres postgres = TestPostgres.shared();
        DemoDatabase database = new DemoDatabase(
                postgres.jdbcUrl(),
                postgres.user(),
                Secret.from(() -> TestPostgres.shared().password()));
        postgres.execute("drop table if exists zip_traffic");
        assertThatThrownBy(database::requireReady)
                .isInstanceOf(DemoFailure.class)
                .hasMessageStartingWith("The table zip_traffic does not exist at 127.0.0.1:")
                .hasMessageEndingWith("create it with \"" + Traffic.TABLE_DDL + "\".");
        postgres.execute(Traffic.TABLE_DDL);
        database.requireReady();
        postgres.execute("insert into zip_traffic values (now(), now(), '94105', 1)");
        assertThatThrownBy(database::requireReady)
                .isInstanceOf(DemoFailure.class)
                .hasMessageEndingWith("has 1 rows, but must be empty: run \"truncate zip_traffic\".");
    }

    private int demo(String... arguments) {
        return Demo.run(print(out), print(err), false, arguments);
    }

    private static PrintStream print(ByteArrayOutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
