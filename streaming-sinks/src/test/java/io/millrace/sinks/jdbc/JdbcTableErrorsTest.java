package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error that every row meets is not about rows: it fails the query and makes no dead letter. */
@Timeout(120)
class JdbcTableErrorsTest extends BadRows {
    @ParameterizedTest(name = "of {0} rows")
    @ValueSource(ints = {1, 100})
    void aRevokedRightEndsTheTaskWithoutADeadLetter(int count) {
        clerk();
        var writer = upsert(asClerk()).writer(STREAM);
        Server.execute("REVOKE INSERT ON bad FROM " + clerk);

        assertThatThrownBy(() -> Server.write(writer, rows(count, n -> "ok")))
                .hasMessageContaining("permission denied for table bad (SQLSTATE 42501)")
                .hasMessageContaining("no row became a dead letter");
        assertThat(Server.rows(DEAD_LETTERS)).isEmpty();
    }

    @Test
    void anExhaustedSequenceMakesNoDeadLetter() {
        Server.execute(
                "CREATE SEQUENCE numbers MAXVALUE 10",
                "ALTER TABLE bad ADD number int DEFAULT nextval('numbers')",
                "ALTER SEQUENCE numbers OWNED BY bad.number");

        assertThatThrownBy(() -> write(upsert(), rows(100, n -> "ok")))
                .hasMessageContaining("SQLSTATE 2200H")
                .hasMessageContaining("reached maximum value of sequence \"numbers\"")
                .hasMessageContaining("ALTER SEQUENCE");
        assertThat(Server.rows(DEAD_LETTERS)).isEmpty();
    }

    @Test
    void anExhaustedSequenceMakesNoDeadLetterInAnExactlyOnceBatch() {
        Server.execute(
                "CREATE SEQUENCE numbers MAXVALUE 5",
                "ALTER TABLE bad ADD number int DEFAULT nextval('numbers')",
                "ALTER SEQUENCE numbers OWNED BY bad.number");
        JdbcExactlyOnce sink = target(Server.database()).appendExactlyOnce().deadLettersTo("refused");

        assertThatThrownBy(
                        () -> Batches.batch(sink.write(Batches.stream(2, "int(value) AS id", "'ok' AS v")), checkpoint))
                .hasMessageContaining("SQLSTATE 2200H")
                .hasMessageContaining("reached maximum value of sequence \"numbers\"");
        assertThat(count()).isZero();
        assertThat(Server.rows(DEAD_LETTERS)).isEmpty();
    }

    @Test
    void anErrorThatEveryRowMeetsFailsAnExactlyOnceBatch() {
        Server.execute("CREATE TRIGGER refusing BEFORE INSERT ON bad FOR EACH ROW EXECUTE FUNCTION refuse('42P01')");
        Dataset<Row> rows = Batches.stream(2, "int(value) AS id", "'n' || value AS v");

        assertThatThrownBy(() -> Batches.batch(
                        target().appendExactlyOnce().deadLettersTo("refused").write(rows), checkpoint))
                .hasMessageContaining("SQLSTATE 42P01")
                .hasMessageContaining("no row became a dead letter");
        assertThat(Server.rows(DEAD_LETTERS)).isEmpty();
    }

    @Test
    void noValueOfARowIsInAnError() {
        for (String state : List.of("P0001", "XX000", "42501", "58030", "23514", "55P03", "42601")) {
            Server.execute(
                    "DROP TRIGGER IF EXISTS refusing ON bad",
                    "CREATE TRIGGER refusing BEFORE INSERT ON bad FOR EACH ROW EXECUTE FUNCTION refuse('" + state
                            + "')");

            assertThatThrownBy(
                            () -> write(target().retryFor(Duration.ZERO).upsertOn("id"), rows(3, n -> "canary-4711")))
                    .satisfies(thrown -> assertThat(trace(thrown))
                            .contains("SQLSTATE " + state)
                            .doesNotContain("canary")
                            .doesNotContain("no stock"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "upsertOn",
                "appendExactlyOnce",
                "appendExactlyOnce with dead letters",
                "upsertExactlyOnce with dead letters"
            })
    void aStatementThatTakesTooLongFailsAtOnceAndSaysWhatToDo(String verb) {
        Server.execute(
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM nextval('tries'), pg_sleep(5); RETURN NULL; END $$",
                "CREATE SEQUENCE tries",
                "CREATE TRIGGER slow BEFORE INSERT ON bad FOR EACH STATEMENT EXECUTE FUNCTION slow()");
        try {
            JdbcTarget target = Sinks.jdbc(Server.database().statementTimeout(Duration.ofSeconds(1)))
                    .table("bad");
            Dataset<Row> rows = Batches.stream(2, "int(value) AS id", "'n' || value AS v");

            assertThatThrownBy(() -> {
                        switch (verb) {
                            case "upsertOn" ->
                                Server.write(target.upsertOn("id").writer(STREAM), rows(10, n -> "ok"));
                            case "appendExactlyOnce" ->
                                Batches.batch(target.appendExactlyOnce().write(rows), checkpoint);
                            case "appendExactlyOnce with dead letters" ->
                                Batches.batch(
                                        target.appendExactlyOnce()
                                                .deadLettersTo("refused")
                                                .write(rows),
                                        checkpoint);
                            default ->
                                Batches.batch(
                                        target.upsertExactlyOnce("id")
                                                .deadLettersTo("refused")
                                                .write(rows),
                                        checkpoint);
                        }
                    })
                    .hasMessageContaining("SQLSTATE 57014")
                    .hasMessageContaining("statementTimeout(PT1S)")
                    .hasMessageContaining(verb.equals("upsertOn") ? "rowsPerFlush" : "maxOffsetsPerTrigger");
            assertThat(Server.rows("SELECT last_value FROM tries")).containsExactly("1");
        } finally {
            Server.execute("DROP FUNCTION slow CASCADE", "DROP SEQUENCE tries");
        }
    }

    @Test
    void aReadOnlyServerIsRetriedAFewTimes() {
        clerk();
        var writer = target(asClerk()).upsertOn("id").unfenced().writer(STREAM);
        Server.execute("ALTER ROLE " + clerk + " SET default_transaction_read_only = on");

        assertThatThrownBy(() -> Server.write(writer, rows(3, n -> "ok"))).hasMessageContaining("SQLSTATE 25006");
    }

    private static String trace(Throwable thrown) {
        java.io.StringWriter text = new java.io.StringWriter();
        thrown.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
