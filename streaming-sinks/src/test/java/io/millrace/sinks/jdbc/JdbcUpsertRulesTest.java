package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcUpsertRulesTest extends UpsertRules {
    @Override
    Database database() {
        return Server.database();
    }

    @Override
    List<String> rows(String query) {
        return Server.rows(query);
    }

    @Override
    void execute(String... statements) {
        Server.execute(statements);
    }

    @Override
    String schema() {
        return "public";
    }

    @Override
    String tooLong() {
        return "22000";
    }

    @Override
    String negative() {
        return "23514";
    }

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP TABLE IF EXISTS stock, refused, millrace_fence",
                "CREATE TABLE stock (id int PRIMARY KEY, version bigint, name varchar(5),"
                        + " amount int CHECK (amount >= 0))");
    }

    @Test
    void aDeadLetterNamesTheColumnAndTheReason() {
        Server.write(upsert().deadLettersTo("refused").writer(STOCK), row(1, 1L, "too long", 1), row(2, 1L, "ok", 2));

        assertThat(Server.rows("SELECT reason FROM refused"))
                .containsExactly("column \"name\": the text has more than 5 characters");
    }

    @Test
    void deadLettersOfAFlushThatFailsAreRolledBack() {
        Server.execute(
                "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'io_error'; END $$",
                "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON stock DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION break()");
        ForeachWriter<Row> writer = upsert().deadLettersTo("refused").writer(STOCK);

        assertThatThrownBy(() -> Server.write(writer, row(1, 1L, "a", 1), row(2, 1L, "b", -1)))
                .hasMessageContaining("SQLSTATE 58030");

        assertThat(stock()).isEmpty();
        assertThat(Server.rows("SELECT \"row\" FROM refused")).isEmpty();
        Server.execute("DROP FUNCTION break CASCADE");
    }

    @Test
    void aRowWithoutKeyIsADeadLetter() {
        Server.write(upsert().deadLettersTo("refused").writer(STOCK), row(null, 1L, "a", 1), row(2, 1L, "b", 2));

        assertThat(stock()).containsExactly("2|1|b|2");
        assertThat(Server.rows("SELECT reason FROM refused")).containsExactly("column \"id\": a key is never NULL");
    }

    @Test
    void tooManyDeadLettersFailTheTask() {
        ForeachWriter<Row> writer = upsert().deadLettersTo("refused").writer(STOCK);
        Row[] rows =
                IntStream.range(0, 100).mapToObj(n -> row(n, 1L, "ok", n - 50)).toArray(Row[]::new);

        assertThatThrownBy(() -> Server.write(writer, rows))
                .hasMessage("\"stock\" refuses 50 of 100 rows, more than deadLettersAtMost(0.05) allows."
                        + " Inspect them in \"public.refused\".");
    }

    @Test
    void contradictoryRulesAreRefusedAtTheCall() {
        assertThatThrownBy(() -> table().insertOnlyOn("id").versionedBy("version"))
                .hasMessage("versionedBy(...): insertOnlyOn(...) never changes a known key. Use upsertOn(...).");
        assertThatThrownBy(() -> upsert().deadLettersAtMost(0.1))
                .hasMessage("deadLettersAtMost(0.1): there are no dead letters. Call deadLettersTo(...) before it.");
        assertThatThrownBy(() -> upsert().deadLettersTo("refused").deadLettersAtMost(2))
                .hasMessage("deadLettersAtMost(2.0): a share lies between 0 and 1. Use 0.01 for one in a hundred.");
    }

    @Test
    void rulesAreCheckedWithTheColumnsOfTheStream() {
        assertThatThrownBy(() -> upsert().versionedBy("name")
                        .updating("price")
                        .deleteWhen("amount")
                        .writer(STOCK))
                .hasMessageContaining(
                        "updating(price): this column is not in the stream, which has id, version, name, amount")
                .hasMessageContaining("versionedBy(name): a string orders versions differently")
                .hasMessageContaining("deleteWhen(amount): this column is not a boolean");
    }
}
