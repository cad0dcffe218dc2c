package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BatchSink;
import io.millrace.core.Transforms;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcTablesTest extends TablesCheck {
    JdbcTablesTest(@TempDir Path checkpoint) {
        super(checkpoint);
    }

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
    String quotedRows() {
        return "\"rows\"";
    }

    @AfterEach
    void forgetFirstInsert() {
        Server.forgetFirstInsert();
    }

    @Test
    void aDriverThatEndsBetweenTwoTablesLeavesNeitherAndTheNextWritesBoth(@TempDir Path files) throws Exception {
        try (Connection lock = Server.postgres().connect();
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE routed_payments IN EXCLUSIVE MODE");

            int exit = ChildDriver.run(TablesDriver.class, files, checkpoint.toString());

            assertThat(exit).as("exit code, see driver.log in %s", files).isEqualTo(TablesDriver.BETWEEN);
            lock.rollback();
        }
        Server.awaitNone("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%routed_payments%' AND state <> 'idle'"
                + " AND pid <> pg_backend_pid()");
        assertThat(rows(BOTH)).containsExactly("0|0");
        assertThat(rows("SELECT * FROM millrace_ledger")).isEmpty();

        Batches.batch(exactly().write(stream(3)), checkpoint);

        assertThat(rows(BOTH)).as("that batch and the next").containsExactly("10|10");
        assertThat(rows(STAGES)).isEmpty();
    }

    @Test
    void aConnectionThatIsLostBetweenTwoTablesIsRetriedForBoth() throws Exception {
        Server.atFirstInsert("routed_payments", "PERFORM pg_terminate_backend(pg_backend_pid())");

        Batches.batch(exactly().write(stream(2)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("5|5");
    }

    @Test
    void rowsThatOneTableRefusesAreKeptAndAllOthersAreWritten() throws Exception {
        Server.execute(
                "DROP TABLE IF EXISTS routed_refused",
                "ALTER TABLE routed_payments ADD CONSTRAINT small CHECK (amount <> 9)");
        JdbcTables tables = tables(
                target().table("routed_orders").appendExactlyOnce(),
                payments().appendExactlyOnce().deadLettersTo("routed_refused"));

        Batches.batch(tables.write(stream(2)), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(tables.write(stream(2)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("10|9");
        assertThat(rows("SELECT target, \"row\"::json ->> 'id' FROM routed_refused"))
                .containsExactly("routed_payments|9");

        Server.execute("ALTER TABLE routed_orders ADD CONSTRAINT few CHECK (id < 24)");
        assertThatThrownBy(() -> Batches.batch(tables.write(stream(2)), checkpoint))
                .hasMessageContaining("The row is one for \"public.routed_orders\".");
        assertThat(rows(BOTH)).containsExactly("10|9");
        assertThat(rows("SELECT count(*) FROM routed_refused")).containsExactly("1");
    }

    @Test
    void theLedgersAreInTheSchemasOfTheirTables() throws Exception {
        Server.execute(
                "DROP SCHEMA IF EXISTS routed CASCADE",
                "CREATE SCHEMA routed",
                "CREATE TABLE routed.payments (id bigint PRIMARY KEY, amount int)");
        JdbcTables tables = tables(
                target().table("routed_orders").appendExactlyOnce(),
                target().table("routed", "payments").appendExactlyOnce());

        Batches.batch(tables.write(stream(2)), checkpoint);

        assertThat(rows("SELECT target, rows FROM millrace_ledger")).containsExactly("public.routed_orders|5");
        assertThat(rows("SELECT target, rows FROM routed.millrace_ledger")).containsExactly("routed.payments|5");
        Server.execute("DROP SCHEMA routed CASCADE");
    }

    @Test
    void whatCannotBeRoutedIsRefusedByTheCall() {
        BatchSink orders = target().table("routed_orders").upsertOn("id");
        Database other = Database.at("jdbc:postgresql://elsewhere/shop");

        assertThatThrownBy(() -> target().tableFrom("topic", Map.of()))
                .hasMessage("tableFrom(\"topic\", ...): name at least one table.");
        assertThatThrownBy(() -> target().table("t").tableFrom("topic", Map.of("orders", orders)))
                .hasMessage("tableFrom(\"topic\", ...): the table \"t\" is named already. Call it on"
                        + " Sinks.jdbc(database).");
        assertThatThrownBy(() -> target().tableFrom("topic", Map.of("orders", Sinks.csv("/out"))))
                .hasMessage(
                        "tableFrom(\"topic\", ...): \"orders\" goes to csv files in /out, which is not a table. Use a"
                                + " sink of Sinks.jdbc(database).table(...), or others(...).");
        assertThatThrownBy(() -> target().tableFrom(
                                "topic",
                                Map.of("orders", Sinks.jdbc(other).table("t").upsertOn("id"))))
                .hasMessageEndingWith("which is in another database. Name tables of one database, with one login.");
        assertThatThrownBy(() -> target().tableFrom(
                                "topic",
                                Map.of(
                                        "orders",
                                        orders.after(Transforms.select("id")),
                                        "payments",
                                        payments().appendExactlyOnce())))
                .hasMessage("tableFrom(\"topic\", ...): some tables are written exactly once and others by upserts, so"
                        + " that no transaction has them all. Use one kind for all of them.");
    }

    @Test
    void stepsBeforeStepsOfATableRunFirst() throws Exception {
        BatchSink orders = target().table("routed_orders")
                .appendExactlyOnce()
                .after(Transforms.select("id", "pieces"))
                .after(with("pieces", "7"));

        Batches.batch(
                target().tableFrom("topic", Map.of("orders", orders, "payments", orders))
                        .write(stream(1)),
                checkpoint);

        assertThat(rows("SELECT DISTINCT pieces FROM routed_orders")).containsExactly("7");
    }
}
