package io.millrace.sinks.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Neither a password nor a value of a row is in a log, an exception, an event, a plan or a checkpoint: with a canary in
 * every column, whatever the server says of it.
 */
class JdbcCanaryTest {
    private static final String COLUMNS =
            " (id text PRIMARY KEY, value text, doc jsonb, raw bytea, number bigint," + " words text[]";
    private static final String ON_MARIADB =
            " (id varchar(99) COLLATE utf8mb4_bin PRIMARY KEY, value varchar(99), doc json,"
                    + " raw varbinary(99), number bigint";

    private final List<String> tables = new ArrayList<>();

    @Test
    void nothingIsSaidOfTheRowsThatPostgresRefuses(@TempDir Path directory) throws Exception {
        Server.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        caged("not_null", COLUMNS + ", must int NOT NULL DEFAULT 0, CHECK (must > 0))");
        caged("checked", COLUMNS + ", CHECK (value = 'x'))");
        caged("unique", COLUMNS + ", UNIQUE (number))");
        caged(
                "referring",
                COLUMNS + ", FOREIGN KEY (value) REFERENCES caged_home)",
                "CREATE TABLE caged_home (id text PRIMARY KEY)");
        caged("too_short", COLUMNS.replace("value text", "value varchar(3)") + ")");
        caged("no_uuid", COLUMNS.replace("value text", "value uuid") + ")");
        caged("no_json", COLUMNS.replace("value text", "value jsonb") + ")");
        caged("no_number", COLUMNS + ", CHECK (value::int > 0))");
        caged("no_key", COLUMNS.replace("id text", "id inet") + ")");
        caged("small", COLUMNS.replace("number bigint", "number int") + ")");

        assertThatNothingIsSaid(Server.database(), directory);
    }

    @Test
    void nothingIsSaidOfTheRowsThatATriggerOfPostgresRefuses(@TempDir Path directory) throws Exception {
        Server.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        for (String state : List.of(
                "P0001", "55P03", "40001", "40P01", "08006", "57P01", "53200", "42501", "0A000", "42P01", "XX000",
                "57014", "22P02", "23505")) {
            caged("raised_" + state.toLowerCase(Locale.ROOT), COLUMNS + ")");
            raise(state);
        }

        assertThatNothingIsSaid(Server.database(), directory);
    }

    @Test
    void nothingIsSaidOfTheRowsThatMariaDbRefuses(@TempDir Path directory) throws Exception {
        MariaDb.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        cagedOnMariaDb("checked", ON_MARIADB + ", CHECK (value = 'x'))");
        cagedOnMariaDb("doubled", ON_MARIADB.replace("number bigint", "number bigint CHECK (number < 0)") + ")");
        cagedOnMariaDb("too_short", ON_MARIADB.replace("value varchar(99)", "value varchar(3)") + ")");
        cagedOnMariaDb("no_uuid", ON_MARIADB.replace("value varchar(99)", "value uuid") + ")");
        cagedOnMariaDb("no_enum", ON_MARIADB.replace("value varchar(99)", "value enum('x')") + ")");
        cagedOnMariaDb("no_json", ON_MARIADB.replace("value varchar(99)", "value json") + ")");
        cagedOnMariaDb("small", ON_MARIADB.replace("number bigint", "number int") + ")");
        cagedOnMariaDb("no_number", ON_MARIADB + ", half int AS (CAST(value AS INT)) STORED)");
        for (String state : List.of("45000", "40001", "HY000", "08S01", "42000", "22007", "23000")) {
            cagedOnMariaDb("raised_" + state.toLowerCase(Locale.ROOT), ON_MARIADB + ")");
            MariaDb.execute("CREATE TRIGGER sold_out_" + state + " BEFORE INSERT ON " + last() + " FOR EACH ROW BEGIN"
                    + " DECLARE said text DEFAULT CONCAT('no stock for ', NEW.value, ' of ', NEW.number);"
                    + " SIGNAL SQLSTATE '" + state + "' SET MESSAGE_TEXT = said; END");
        }

        assertThatNothingIsSaid(MariaDb.database(), directory);
    }

    private void caged(String name, String columns, String... first) {
        tables.add("caged_" + name);
        Server.execute("DROP TABLE IF EXISTS " + last());
        Server.execute(Stream.of(first)
                .map(sql -> sql.replace("TABLE ", "TABLE IF NOT EXISTS "))
                .toArray(String[]::new));
        Server.execute("CREATE TABLE " + last() + columns);
    }

    private void cagedOnMariaDb(String name, String columns) {
        tables.add("caged_" + name);
        MariaDb.execute("DROP TABLE IF EXISTS " + last(), "CREATE TABLE " + last() + columns);
    }

    private String last() {
        return tables.get(tables.size() - 1);
    }

    private void raise(String state) {
        Server.execute(
                "CREATE OR REPLACE FUNCTION sold_out_" + state + "() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE WARNING 'hardly any %', NEW.value;"
                        + " RAISE EXCEPTION E'no stock for % of %\n%', NEW.value, NEW.number, NEW.words USING DETAIL = NEW.doc,"
                        + " HINT = NEW.id, ERRCODE = '" + state + "'; END $$",
                "CREATE TRIGGER sold_out BEFORE INSERT ON " + last() + " FOR EACH ROW EXECUTE FUNCTION sold_out_"
                        + state + "()");
    }

    private void assertThatNothingIsSaid(Database database, Path directory) throws Exception {
        int exit = ChildDriver.run(
                CanaryDriver.class,
                directory,
                database,
                Stream.concat(Stream.of(directory.toString()), tables.stream()).toArray(String[]::new));

        try (Stream<Path> files = Files.walk(directory)) {
            String all =
                    files.filter(Files::isRegularFile).map(JdbcCanaryTest::text).collect(Collectors.joining());
            assertThat(all.contains("SparkListenerApplicationStart"))
                    .as("the event log is among the files")
                    .isTrue();
            assertThat(all.lines()
                            .filter(line -> line.contains("canary-") || line.contains("4711471147"))
                            .limit(20))
                    .as("lines with a value of a row")
                    .isEmpty();
            assertThat(all.contains(requireNonNull(database.password()).reveal()))
                    .as("the password is in the files")
                    .isFalse();
            assertThat(exit).as("exit code, 0 if every batch has failed").isZero();
            assertThat(all.split("SQLSTATE", -1)).as("refusals told").hasSizeGreaterThan(2 * tables.size());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
