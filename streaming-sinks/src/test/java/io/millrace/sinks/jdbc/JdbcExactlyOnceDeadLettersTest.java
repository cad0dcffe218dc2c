package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of an exactly-once batch that do not fit into the table are dead letters; all others are in the table. */
@Timeout(60)
class JdbcExactlyOnceDeadLettersTest extends ExactlyOnceDeadLetters {
    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void valuesThatDoNotFitAreDeadLetters(int partitions) throws Exception {
        Server.execute(
                "DROP TABLE orders",
                "CREATE TABLE orders (id bigint, few smallint, name varchar(5), doc jsonb, key uuid, day date)");
        Dataset<Row> rows = Batches.stream(
                partitions,
                "value AS id",
                "CASE value WHEN 1 THEN 40000 ELSE int(value) END AS few",
                "CASE value WHEN 2 THEN 'a' || chr(0) WHEN 3 THEN 'too long' ELSE 'n' || value END AS name",
                "CASE value WHEN 4 THEN '{' ELSE '{\"a\": 1}' END AS doc",
                "CASE value WHEN 5 THEN 'none' ELSE '00000000-0000-0000-0000-000000000000' END AS key",
                "date_from_unix_date(CASE value WHEN 6 THEN 2147483647 ELSE int(value) END) AS day");

        Batches.batch(APPEND.write(rows), checkpoint);

        assertThat(Server.rows(SUMMARY)).containsExactly("4|4|0|9");
        assertThat(Server.rows(REFUSED))
                .containsExactly(
                        "1|22000|column \"few\": the number is out of the range of smallint",
                        "2|22000|column \"name\": the text has a NUL character, which PostgreSQL cannot store",
                        "3|22000|column \"name\": the text has more than 5 characters",
                        "4|22P02|ERROR: invalid input syntax for type json",
                        "5|22P02|ERROR: invalid input syntax for type uuid: \"none\"",
                        "6|22000|column \"day\": the time is out of the range of PostgreSQL");
        assertThat(Server.rows("SELECT \"rows\" FROM millrace_ledger")).containsExactly("4");
        assertNoStageIsLeft();
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void rowsThatAConstraintRefusesAreDeadLetters(int partitions) throws Exception {
        Server.execute(
                "CREATE TABLE parent (id bigint PRIMARY KEY)",
                "INSERT INTO parent SELECT generate_series(0, 7)",
                "DROP TABLE orders",
                "CREATE TABLE orders (id bigint CONSTRAINT known REFERENCES parent, name text NOT NULL CONSTRAINT own"
                        + " UNIQUE CONSTRAINT short CHECK (length(name) < 5))");
        Dataset<Row> rows = Batches.stream(
                partitions,
                "value AS id",
                "CASE value WHEN 3 THEN NULL WHEN 4 THEN 'too long' WHEN 6 THEN 'n5' ELSE 'n' || value END AS name");

        Batches.batch(APPEND.write(rows), checkpoint);

        assertThat(Server.rows("SELECT count(*), sum(id) FROM orders WHERE id NOT IN (5, 6)"))
                .containsExactly("4|10");
        assertThat(Server.rows("SELECT count(*) FROM orders WHERE name = 'n5'")).containsExactly("1");
        assertThat(Server.rows("SELECT sqlstate, count(*) FROM refused GROUP BY 1 ORDER BY 1"))
                .containsExactly("23502|1", "23503|2", "23505|1", "23514|1");
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void aConstraintThatWaitsForTheCommitMakesADeadLetterOfItsRow(int partitions) throws Exception {
        Server.execute("ALTER TABLE orders ADD CONSTRAINT once UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
        Dataset<Row> rows =
                Batches.stream(partitions, "value AS id", "CASE value WHEN 2 THEN 'n1' ELSE 'n' || value END AS name");

        Batches.batch(APPEND.write(rows), checkpoint);

        assertThat(Server.rows(SUMMARY)).containsExactly("9|9|0|9");
        assertThat(Server.rows("SELECT sqlstate, \"row\"::jsonb ->> 'name' FROM refused"))
                .containsExactly("23505|n1");
    }

    @Test
    void theLastRowOfAKeyThatTheTableTakesWins() throws Exception {
        Server.execute(
                "ALTER TABLE orders ADD PRIMARY KEY (id), ADD CONSTRAINT good CHECK (name NOT IN ('v18', 'v7'))");
        JdbcExactlyOnce upsert = TARGET.upsertExactlyOnce("id").deadLettersTo("refused");
        Dataset<Row> rows = Batches.stream(1, "value % 3 AS id", "'v' || value AS name");

        Batches.batch(upsert.write(rows), checkpoint);
        assertThat(Server.rows("SELECT id, name FROM orders ORDER BY id")).containsExactly("0|v9", "1|v4", "2|v8");
        Batches.batch(upsert.write(rows), checkpoint);

        assertThat(Server.rows("SELECT id, name FROM orders ORDER BY id")).containsExactly("0|v15", "1|v19", "2|v17");
        assertThat(Server.rows("SELECT \"row\" FROM refused ORDER BY epoch"))
                .containsExactly("{\"id\":1,\"name\":\"v7\"}", "{\"id\":0,\"name\":\"v18\"}");
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void tooManyDeadLettersFailTheBatchAndLeaveNothing(int partitions) throws Exception {
        Server.execute("ALTER TABLE orders ADD CONSTRAINT low CHECK (id < 900)");

        assertThatThrownBy(() -> Batches.batch(APPEND.write(hundreds(partitions)), checkpoint))
                .hasMessageContaining("\"public.orders\" refuses 51 of 1000 rows and maybe more, which is more than"
                        + " deadLettersAtMost(0.05) allows; the last of them: the table refuses a row (SQLSTATE 23514,"
                        + " constraint \"low\"). Nothing of the batch is in the table or in \"public.refused\".");
        assertThat(Server.rows("SELECT count(*) FROM orders")).containsExactly("0");
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("0");
        assertNoStageIsLeft();
    }

    @Test
    void tooManyRowsThatDoNotFitFailTheBatch() {
        Dataset<Row> rows = Batches.stream(
                2, "explode(sequence(value * 10, value * 10 + 9)) AS id", "'a' || chr(0) || value AS name");

        assertThatThrownBy(() -> Batches.batch(APPEND.write(rows), checkpoint))
                .hasMessageContaining("\"public.orders\" refuses 100 of 100 rows")
                .hasMessageContaining("the last of them: column \"name\": the text has a NUL character");
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("0");
    }

    /** Seven rows of each, so that the server's statements are prepared and its arrays binary on the way. */
    @Test
    void aDeadLetterReadsAsThatOfAnUpsert(@TempDir Path second) throws Exception {
        Server.execute(
                "DROP TABLE orders",
                "CREATE TABLE orders (id int PRIMARY KEY CHECK (id % 10 > 6), few smallint, big bigint, r real,"
                        + " d float8, n numeric(20,2), b boolean, t varchar(9), bin bytea, day date, at timestamptz,"
                        + " local timestamp, span interval, months interval, doc jsonb, key uuid, numbers int[],"
                        + " texts text[], docs jsonb[], prices numeric[], times timestamptz[], days date[],"
                        + " bytes bytea[], flags boolean[], doubles float8[], nothing text)");
        Dataset<Row> rows = Batches.stream(
                1,
                "int(value) AS id",
                "smallint(-3) AS few",
                "9223372036854775807 AS big",
                "float(1.1) AS r",
                "double(-0.1) AS d",
                "decimal(value) + 0.50BD AS n",
                "value > 3 AS b",
                "'\u00e4\"' AS t",
                "X'0001FF' AS bin",
                "date'1999-12-31' AS day",
                "timestamp'2026-01-01 00:00:00.123456' AS at",
                "timestamp_ntz'1900-01-01 12:00:00' AS local",
                "interval '1 01:01:01.000005' day to second AS span",
                "interval '1-2' year to month AS months",
                "'{\"b\":1, \"a\":[null]}' AS doc",
                "'0B5A3F0E-3C1C-4C6E-9D0A-6D2A6F1F0C11' AS key",
                "array(1, null, 3) AS numbers",
                "array('a,b', null) AS texts",
                "array('{ }') AS docs",
                "array(decimal(1.50)) AS prices",
                "array(timestamp'2026-01-01 00:00:00.5') AS times",
                "array(date'2026-01-01') AS days",
                "array(X'01', null) AS bytes",
                "array(true, false) AS flags",
                "array(double(1)) AS doubles",
                "string(null) AS nothing");

        Batches.batch(
                TARGET.upsertOn("id")
                        .deadLettersTo("refused")
                        .deadLettersAtMost(1)
                        .write(rows),
                second);
        Batches.batch(TARGET.upsertExactlyOnce("id").deadLettersTo("refused").write(rows), checkpoint);

        assertThat(Server.rows("SELECT \"row\"::json ->> 'id', count(*), count(DISTINCT query_id),"
                        + " count(DISTINCT digest) FROM refused GROUP BY 1 ORDER BY 1"))
                .containsExactly("0|2|2|1", "1|2|2|1", "2|2|2|1", "3|2|2|1", "4|2|2|1", "5|2|2|1", "6|2|2|1");
    }

    @Test
    void aNameMayContainWordsOfTheStatements() throws Exception {
        String name = "<merge> WHERE millrace_attempt = ANY (?)";
        String schema = "\"" + name + "\"";
        String table = schema + "." + schema;
        Server.execute(
                "DROP SCHEMA IF EXISTS " + schema + " CASCADE",
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + table + " (id bigint CHECK (id <> 4))");
        JdbcExactlyOnce append = Sinks.jdbc(Server.database())
                .table(name, name)
                .appendExactlyOnce()
                .deadLettersTo("refused");

        Batches.batch(append.write(Batches.stream(3, "value AS id")), checkpoint);

        assertThat(Server.rows("SELECT count(*) FROM " + table)).containsExactly("9");
        assertThat(Server.rows("SELECT \"row\" FROM " + schema + ".refused")).containsExactly("{\"id\":4}");
        Server.execute("DROP SCHEMA " + schema + " CASCADE");
    }

    @Test
    void theDeadLettersTableIsAmongTheStatements() {
        assertThat(APPEND.ddl())
                .startsWith("CREATE TABLE IF NOT EXISTS \"millrace_ledger\" (")
                .contains(";\nCREATE TABLE IF NOT EXISTS \"refused\" (target text NOT NULL, ")
                .endsWith(";\n");
    }

    @Test
    void whatCannotBeIsRefusedByTheCall() {
        assertThatThrownBy(() -> TARGET.appendExactlyOnce().deadLettersAtMost(0.1))
                .hasMessage("deadLettersAtMost(0.1): there are no dead letters. Call deadLettersTo(...) before it.");
        assertThatThrownBy(() -> APPEND.deadLettersAtMost(2))
                .hasMessage("deadLettersAtMost(2.0): a share lies between 0 and 1. Use 0.01 for one in a hundred.");
        Database mariaDb = Database.at("jdbc:mariadb://localhost:3306/shop").user("nobody");
        assertThatThrownBy(() -> Sinks.jdbc(mariaDb)
                        .table("orders")
                        .upsertExactlyOnce("id")
                        .deadLettersTo("refused"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("deadLettersTo(\"refused\"): an exactly-once batch can keep its refused rows only on"
                        + " PostgreSQL, and"
                        + " this is MariaDB. Filter such rows out in an earlier step, or use"
                        + " upsertOn(...).deadLettersTo(...).");
    }
}
