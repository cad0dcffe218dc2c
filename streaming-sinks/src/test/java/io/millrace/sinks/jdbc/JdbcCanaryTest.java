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
 * Neither a password nor a value of a row is in a log, an exception, an event, a plan or a checkpoint. Every column has
 * a canary value, and servers refuse it with every kind of error.
 */
class JdbcCanaryTest {
    private static final String COLUMNS =
            " (id text PRIMARY KEY, value text, doc jsonb, raw bytea, number bigint," + " words text[]";
    private static final String ON_MARIADB =
            " (id varchar(99) COLLATE utf8mb4_bin PRIMARY KEY, value varchar(99), doc json,"
                    + " raw varbinary(99), number bigint";

    private final List<String> tables = new ArrayList<>();

    @Test
    void noValueOfARowThatPostgresRefusesIsShown(@TempDir Path directory) throws Exception {
        Server.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        refusing("not_null", COLUMNS + ", must int NOT NULL DEFAULT 0, CHECK (must > 0))");
        refusing("checked", COLUMNS + ", CHECK (value = 'x'))");
        refusing("unique", COLUMNS + ", UNIQUE (number))");
        refusing(
                "referring",
                COLUMNS + ", FOREIGN KEY (value) REFERENCES referred_home)",
                "CREATE TABLE referred_home (id text PRIMARY KEY)");
        refusing("too_short", COLUMNS.replace("value text", "value varchar(3)") + ")");
        refusing("no_uuid", COLUMNS.replace("value text", "value uuid") + ")");
        refusing("no_json", COLUMNS.replace("value text", "value jsonb") + ")");
        refusing("no_number", COLUMNS + ", CHECK (value::int > 0))");
        refusing("no_key", COLUMNS.replace("id text", "id inet") + ")");
        refusing("small", COLUMNS.replace("number bigint", "number int") + ")");

        assertThatNoValueIsShown(Server.database(), directory);
    }

    @Test
    void noValueOfARowThatATriggerOfPostgresRefusesIsShown(@TempDir Path directory) throws Exception {
        Server.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        for (String state : List.of(
                "P0001", "55P03", "40001", "40P01", "08006", "57P01", "53200", "42501", "0A000", "42P01", "XX000",
                "57014", "22P02", "23505")) {
            refusing("raised_" + state.toLowerCase(Locale.ROOT), COLUMNS + ")");
            raise(state);
        }

        assertThatNoValueIsShown(Server.database(), directory);
    }

    @Test
    void noValueOfARowThatMariaDbRefusesIsShown(@TempDir Path directory) throws Exception {
        MariaDb.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        refusingOnMariaDb("checked", ON_MARIADB + ", CHECK (value = 'x'))");
        refusingOnMariaDb("doubled", ON_MARIADB.replace("number bigint", "number bigint CHECK (number < 0)") + ")");
        refusingOnMariaDb("too_short", ON_MARIADB.replace("value varchar(99)", "value varchar(3)") + ")");
        refusingOnMariaDb("no_uuid", ON_MARIADB.replace("value varchar(99)", "value uuid") + ")");
        refusingOnMariaDb("no_enum", ON_MARIADB.replace("value varchar(99)", "value enum('x')") + ")");
        refusingOnMariaDb("no_json", ON_MARIADB.replace("value varchar(99)", "value json") + ")");
        refusingOnMariaDb("small", ON_MARIADB.replace("number bigint", "number int") + ")");
        refusingOnMariaDb("no_number", ON_MARIADB + ", half int AS (CAST(value AS INT)) STORED)");
        for (String state : List.of("45000", "40001", "HY000", "08S01", "42000", "22007", "23000")) {
            refusingOnMariaDb("raised_" + state.toLowerCase(Locale.ROOT), ON_MARIADB + ")");
            MariaDb.execute("CREATE TRIGGER sold_out_" + state + " BEFORE INSERT ON " + last() + " FOR EACH ROW BEGIN"
                    + " DECLARE message text DEFAULT CONCAT('no stock for ', NEW.value, ' of ', NEW.number);"
                    + " SIGNAL SQLSTATE '" + state + "' SET MESSAGE_TEXT = message; END");
        }

        assertThatNoValueIsShown(MariaDb.database(), directory);
    }

    private void refusing(String name, String columns, String... first) {
        tables.add("refusing_" + name);
        Server.execute("DROP TABLE IF EXISTS " + last());
        Server.execute(Stream.of(first)
                .map(sql -> sql.replace("TABLE ", "TABLE IF NOT EXISTS "))
                .toArray(String[]::new));
        Server.execute("CREATE TABLE " + last() + columns);
    }

    private void refusingOnMariaDb(String name, String columns) {
        tables.add("refusing_" + name);
        MariaDb.execute("DROP TABLE IF EXISTS " + last(), "CREATE TABLE " + last() + columns);
    }

    private String last() {
        return tables.get(tables.size() - 1);
    }

    private void raise(String state) {
        Server.execute(
                "CREATE OR REPLACE FUNCTION sold_out_" + state + "() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE WARNING 'hardly any %', NEW.value;"
                        + " RAISE EXCEPTION E'no stock for % of %\n%', NEW.value, NEW.number, NEW.words"
                        + " USING DETAIL = NEW.doc, HINT = NEW.id, ERRCODE = '" + state + "'; END $$",
                "CREATE TRIGGER sold_out BEFORE INSERT ON " + last() + " FOR EACH ROW EXECUTE FUNCTION sold_out_"
                        + state + "()");
    }

    private void assertThatNoValueIsShown(Database database, Path directory) throws Exception {
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
            assertThat(all.split("SQLSTATE", -1)).as("reported refusals").hasSizeGreaterThan(2 * tables.size());
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
