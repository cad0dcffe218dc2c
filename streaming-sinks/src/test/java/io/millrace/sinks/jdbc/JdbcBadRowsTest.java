package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A row is bad if it fails alone while others succeed, whatever the error. */
@Timeout(120)
class JdbcBadRowsTest extends BadRows {
    /** 1000 rows are sent as arrays, 3000 by COPY. */
    @ParameterizedTest(name = "{0} of {1} rows")
    @CsvSource({
        "P0001, 1000",
        "P0004, 1000",
        "0A000, 1000",
        "42P01, 1000",
        "XX000, 1000",
        "23514, 1000",
        "55000, 1000",
        "P0001, 3000"
    })
    void aRowThatATriggerRefusesIsADeadLetterWhateverTheState(String state, int count) {
        Server.execute("CREATE TRIGGER refusing BEFORE INSERT ON bad FOR EACH ROW WHEN (NEW.v = 'bad')"
                + " EXECUTE FUNCTION refuse('" + state + "')");

        write(upsert(), rows(count, n -> n == 500 ? "bad" : "ok"));

        assertThat(count()).isEqualTo(count - 1);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly(state + "|1");
        assertThat(Server.rows("SELECT reason FROM refused")).containsExactly("ERROR: no stock for bad");
    }

    @Test
    void deletesAmongBadRowsKeepTheirOrder() {
        Server.execute("ALTER TABLE bad ADD CHECK (v <> 'bad')", "INSERT INTO bad VALUES (1, 'old'), (5, 'old')");

        Server.write(
                upsert().deleteWhen("gone").writer(STREAM.add("gone", "boolean")),
                row(1, "new", false),
                row(2, "bad", false),
                row(3, "new", false),
                row(1, null, true),
                row(4, "new", false),
                row(3, null, true),
                row(3, "again", false),
                row(5, null, true));

        assertThat(Server.rows("SELECT id, v FROM bad ORDER BY id")).containsExactly("3|again", "4|new");
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly("23514|1");
    }

    @Test
    void aRowThatIsTooLargeForAnIndexIsADeadLetter() {
        Server.execute("CREATE INDEX ON bad (v)");
        String large = new java.util.Random(1)
                .ints(9_000, '!', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

        write(upsert(), rows(1_000, n -> n == 7 ? large : "ok"));

        assertThat(count()).isEqualTo(999);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly("54000|1");
    }

    @ParameterizedTest
    @CsvSource({
        "jsonpath, $.a, $.a[, 42601",
        "jsonb, {}, {, 22P02",
        "ltree, a.b, a..b, 42601",
        "hstore, a=>b, =>b, 42601",
        "inet, 10.0.0.1, 10.0.0.256, 22P02"
    })
    void aTextThatTheServerCannotParseIsADeadLetter(String type, String valid, String text, String state)
            throws Exception {
        Server.execute(
                "CREATE EXTENSION IF NOT EXISTS ltree",
                "CREATE EXTENSION IF NOT EXISTS hstore",
                "DROP TABLE bad",
                "CREATE TABLE bad (id int PRIMARY KEY, v " + type + ")");

        write(upsert(), rows(100, n -> n == 7 ? text : valid));

        assertThat(count()).isEqualTo(99);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly(state + "|1");

        Server.execute("TRUNCATE bad, refused");
        Dataset<Row> rows = Batches.stream(
                2, "int(value) AS id", "CASE value WHEN 7 THEN '" + text + "' ELSE '" + valid + "' END AS v");
        Batches.batch(
                target(Server.database())
                        .appendExactlyOnce()
                        .deadLettersTo("refused")
                        .write(rows),
                checkpoint);

        assertThat(count()).isEqualTo(Batches.ROWS - 1);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly(state + "|1");
    }

    @Test
    void jsonThatIsTooDeepForTheServerIsADeadLetter() {
        Server.execute("DROP TABLE bad", "CREATE TABLE bad (id int PRIMARY KEY, v jsonb)");

        write(upsert(), rows(100, n -> n == 7 ? "[".repeat(20_000) + "]".repeat(20_000) : "{}"));

        assertThat(count()).isEqualTo(99);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly("54001|1");
    }

    @ParameterizedTest(name = "of {0} rows")
    @ValueSource(ints = {1, 100})
    void aRowThatAPolicyHidesIsADeadLetter(int count) {
        clerk(
                "ALTER TABLE bad ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY open ON bad USING (true) WITH CHECK (v <> 'hidden')");

        write(upsert(asClerk()), rows(count, n -> n == 0 ? "hidden" : "ok"));

        assertThat(count()).isEqualTo(count - 1);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly("42501|1");
    }

    @Test
    void refusedRowsAreFoundWithoutTheRightToUsePlpgsql() {
        clerk("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "ALTER TABLE bad ADD CHECK (v <> 'bad')");

        write(upsert(asClerk()), rows(300, n -> n % 100 == 50 ? "bad" : "ok"));

        assertThat(count()).isEqualTo(297);
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly("23514|3");
    }

    @Test
    void theFirstRowsOfATaskMayBeRefused() {
        Row[] rows = rows(10_000, n -> "ok");
        IntStream.range(0, 100).forEach(n -> rows[n] = row(null, "no key"));

        write(target().rowsPerFlush(50).upsertOn("id").deadLettersTo("refused").deadLettersAtMost(0.01), rows);

        assertThat(count()).isEqualTo(9_900);
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("1");
        assertThatThrownBy(() ->
                        write(target().upsertOn("id").deadLettersTo("refused").deadLettersAtMost(0.009), rows))
                .hasMessageContaining("\"bad\" refuses 100 of 10000 rows, more than deadLettersAtMost(0.009) allows");
    }

    @Test
    void aDeferredConstraintRefusesOnlyTheRowThatBreaksIt() {
        Server.execute(
                "CREATE TABLE parent (id int PRIMARY KEY)",
                "INSERT INTO parent SELECT generate_series(0, 99)",
                "DELETE FROM parent WHERE id = 50",
                "ALTER TABLE bad ADD CONSTRAINT known FOREIGN KEY (id) REFERENCES parent"
                        + " DEFERRABLE INITIALLY DEFERRED");

        write(upsert(), rows(100, n -> "ok"));

        assertThat(count()).isEqualTo(99);
        assertThat(Server.rows("SELECT sqlstate, \"row\"::jsonb ->> 'id' FROM refused"))
                .containsExactly("23503|50");
        assertThatThrownBy(() -> write(target().upsertOn("id"), rows(100, n -> "ok")))
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining("the table refuses a row (SQLSTATE 23503, constraint \"known\")");
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void aDeferredConstraintRefusesOnlyTheRowOfAnExactlyOnceBatchThatBreaksIt(int partitions) throws Exception {
        Server.execute("CREATE CONSTRAINT TRIGGER late AFTER INSERT ON bad DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                + " WHEN (NEW.v = 'n7') EXECUTE FUNCTION refuse('P0001')");
        Dataset<Row> rows = Batches.stream(partitions, "int(value) AS id", "'n' || value AS v");

        Batches.batch(target().upsertExactlyOnce("id").deadLettersTo("refused").write(rows), checkpoint);

        assertThat(count()).isEqualTo(9);
        assertThat(Server.rows("SELECT sqlstate, \"row\"::jsonb ->> 'id' FROM refused"))
                .containsExactly("P0001|7");
    }

    @Test
    void timesThatDifferAreDifferentDeadLetters() {
        Server.execute("DROP TABLE bad", "CREATE TABLE bad (id int PRIMARY KEY, at timestamptz CHECK (at < now()))");
        StructType stream = new StructType().add("id", "int").add("at", "timestamp");
        Row[] rows = Stream.of("2126-01-01T12:00:00Z", "2126-01-01T12:00:00.1Z", "2126-10-25T00:30:00Z")
                .map(at -> row(1, Instant.parse(at)))
                .toArray(Row[]::new);

        Server.write(upsert().writer(stream), rows);

        assertThat(Server.rows("SELECT \"row\"::jsonb ->> 'at' FROM refused ORDER BY 1"))
                .containsExactly("2126-01-01T12:00:00.100Z", "2126-01-01T12:00:00Z", "2126-10-25T00:30:00Z");
    }
}
