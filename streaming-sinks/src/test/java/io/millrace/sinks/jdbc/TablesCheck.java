package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BatchSink;
import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that go into the tables of their topics. Of the ten rows of a batch, five are orders and five payments. */
abstract class TablesCheck {
    static final String BOTH = "SELECT (SELECT count(*) FROM routed_orders), (SELECT count(*) FROM routed_payments)";
    static final String STAGES =
            "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'millrace_stage%'";
    private static final String TOPIC = "if(value % 2 = 0, 'orders', 'payments') AS topic";

    final Path checkpoint;
    final List<String> rest = new ArrayList<>();

    TablesCheck(@TempDir Path checkpoint) {
        this.checkpoint = checkpoint;
    }

    abstract Database database();

    abstract List<String> rows(String query);

    abstract void execute(String... statements);

    @BeforeEach
    void createTables() {
        rows(STAGES).forEach(table -> execute("DROP TABLE " + table)); // A query of another test was stopped.
        execute(
                "DROP TABLE IF EXISTS routed_orders",
                "DROP TABLE IF EXISTS routed_payments",
                "DROP TABLE IF EXISTS millrace_fence",
                "DROP TABLE IF EXISTS millrace_ledger",
                "CREATE TABLE routed_orders (id bigint PRIMARY KEY, pieces int)",
                "CREATE TABLE routed_payments (id bigint PRIMARY KEY, amount int)");
    }

    final JdbcTarget target() {
        return Sinks.jdbc(database());
    }

    static Dataset<Row> stream(int partitions) {
        return Batches.stream(partitions, "value AS id", TOPIC);
    }

    final JdbcTables exactly() {
        return tables(
                target().table("routed_orders").appendExactlyOnce(), payments().appendExactlyOnce());
    }

    final JdbcTables upserts() {
        return tables(target().table("routed_orders").upsertOn("id"), payments().upsertOn("id"));
    }

    final JdbcTarget payments() {
        return target().table("routed_payments");
    }

    /** Each table has columns of its own. */
    final JdbcTables tables(BatchSink orders, BatchSink payments) {
        return target().tableFrom(
                        "topic",
                        Map.of(
                                "orders",
                                orders.after(with("pieces", "cast(id % 3 AS int)")),
                                "payments",
                                payments.after(with("amount", "cast(id AS int)"))));
    }

    static Transform with(String column, String expression) {
        return Transforms.select("id").andThen(Transforms.withColumn(column, expression));
    }

    @Test
    void eachRowGoesThroughTheStepsOfItsTable() throws Exception {
        Batches.batch(exactly().write(stream(2)), checkpoint);

        assertThat(rows("SELECT id, pieces FROM routed_orders ORDER BY 1"))
                .containsExactly("0|0", "2|2", "4|1", "6|0", "8|2");
        assertThat(rows("SELECT id, amount FROM routed_payments ORDER BY 1"))
                .containsExactly("1|1", "3|3", "5|5", "7|7", "9|9");
    }

    @Test
    void upsertsOfSeveralTablesAreTheSameAfterARerun() throws Exception {
        Batches.batch(upserts().write(stream(2)), checkpoint);
        Batches.batch(upserts().write(stream(2)), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(upserts().write(stream(1)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("15|15");
    }

    @Test
    void aBatchThatIsRerunIsInTheTablesOnce() throws Exception {
        Batches.batch(exactly().write(stream(2)), checkpoint);
        Batches.batch(exactly().write(stream(2)), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(exactly().write(stream(1)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("15|15");
        assertThat(rows("SELECT batch_id, " + quotedRows() + " FROM millrace_ledger"))
                .containsExactly("2|5", "2|5");
    }

    abstract String quotedRows();

    @Test
    void aTableThatRefusesARowLeavesNothingInTheOthersAndIsNamed() throws Exception {
        execute("ALTER TABLE routed_payments ADD CONSTRAINT small CHECK (amount < 9)");

        assertThatThrownBy(() -> Batches.batch(exactly().write(stream(2)), checkpoint))
                .hasMessageContaining("The row is one for \"")
                .hasMessageContaining("routed_payments\"")
                .hasMessageContaining("Nothing of the batch is in any of the tables.");
        assertThat(rows(BOTH)).containsExactly("0|0");
        assertThat(rows("SELECT * FROM millrace_ledger")).isEmpty();

        execute("ALTER TABLE routed_payments DROP CONSTRAINT small");
        Batches.batch(exactly().write(stream(2)), checkpoint);
        assertThat(rows(BOTH)).containsExactly("10|10");
        assertThat(rows(STAGES)).isEmpty();
    }

    @Test
    void aTableWithoutRowsIsStillInStepWithTheOthers() throws Exception {
        Dataset<Row> orders = Batches.stream(2, "value AS id", "'orders' AS topic");
        Batches.batch(exactly().write(orders), checkpoint);
        Batches.batch(exactly().write(stream(2)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("15|5");
        assertThat(rows("SELECT DISTINCT batch_id FROM millrace_ledger")).containsExactly("1");
    }

    @Test
    void rowsThatNoTableIsNamedForFailTheQueryWithoutBeingShown() {
        Dataset<Row> others = Batches.stream(
                2,
                "value AS id",
                "CASE WHEN value < 3 THEN reverse('yranac') WHEN value < 5 THEN 'orders' END AS topic");

        for (JdbcTables tables : List.of(exactly(), upserts())) {
            assertThatThrownBy(() -> Batches.batch(tables.write(others), checkpoint))
                    .hasMessageContaining("tableFrom(\"topic\", ...) names no table for 8 rows of it, of which 5 have"
                            + " no value in this column. Nothing of the batch is written. Name a table for each value,"
                            + " or a sink for the other rows by others(...).")
                    .hasMessageNotContaining("canary");
            assertThat(rows(BOTH)).containsExactly("0|0");
        }
    }

    @Test
    void rowsThatNoTableIsNamedForGoWhereTheUserSays() throws Exception {
        Dataset<Row> others = Batches.stream(
                2, "value AS id", "CASE WHEN value < 3 THEN 'refund' WHEN value < 5 THEN 'orders' END AS topic");
        BatchSink sink = Sinks.foreachBatch((rows, batchId) ->
                rows.collectAsList().forEach(row -> rest.add(row.getLong(0) + ":" + row.getString(1))));

        Batches.batch(exactly().others(sink).write(others), checkpoint);

        assertThat(rest)
                .containsExactlyInAnyOrder(
                        "0:refund", "1:refund", "2:refund", "5:null", "6:null", "7:null", "8:null", "9:null");
        assertThat(rows(BOTH)).containsExactly("2|0");
    }

    @Test
    void severalTopicsOfOneKeyedTableAreRefused() {
        for (BatchSink orders : List.<BatchSink>of(
                target().table("routed_orders").upsertExactlyOnce("id"),
                target().table("routed_orders").insertOnlyOn("id"))) {
            assertThatThrownBy(() -> target().tableFrom("topic", Map.of("orders", orders, "payments", orders)))
                    .hasMessage("tableFrom(\"topic\", ...): \"payments\" goes to the same table as another value, and"
                            + " rows of one key would not be written in their order. Make one column value of both in"
                            + " an earlier step.");
        }
    }

    @Test
    void severalTopicsMayHaveOneTableToAppendTo() throws Exception {
        BatchSink orders = target().table("routed_orders").appendExactlyOnce().after(with("pieces", "1"));
        JdbcTables one = target().tableFrom("topic", Map.of("orders", orders, "payments", orders));

        Batches.batch(one.write(stream(2)), checkpoint);
        Batches.batch(one.write(stream(2)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("20|0");
        assertThat(rows("SELECT batch_id, " + quotedRows() + " FROM millrace_ledger"))
                .containsExactly("1|10");
    }

    @Test
    void aTableThatIsAddedLaterGetsTheBatchesFromThenOn() throws Exception {
        BatchSink orders = target().table("routed_orders").appendExactlyOnce().after(Transforms.select("id"));
        JdbcTables before =
                target().tableFrom("topic", Map.of("orders", orders)).others(Sinks.foreachBatch((rows, id) -> {}));
        Batches.batch(before.write(stream(2)), checkpoint);

        Batches.batch(exactly().write(stream(2)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("10|5");
    }

    @Test
    void aNewCheckpointOnTheSameTablesIsRefused(@TempDir Path other) throws Exception {
        Batches.batch(exactly().write(stream(2)), checkpoint);

        assertThatThrownBy(() -> Batches.batch(exactly().write(stream(2)), other))
                .hasMessageContaining("does not know it, but other queries of this table");
        assertThat(rows(BOTH)).containsExactly("5|5");
    }

    @Test
    void theTablesAreOneSinkAmongSeveral() throws Exception {
        BatchSink sink = Sinks.foreachBatch((rows, batchId) -> rest.add(batchId + ":" + rows.count()));

        Batches.batch(Sinks.several("tables", exactly()).and("rest", sink).write(stream(2)), checkpoint);

        assertThat(rest).containsExactly("0:10");
        assertThat(rows(BOTH)).containsExactly("5|5");
    }

    @Test
    void wholeNumbersNameTablesAsWell() throws Exception {
        BatchSink orders = target().table("routed_orders").upsertOn("id").after(Transforms.select("id"));
        BatchSink paid = payments().upsertOn("id").after(Transforms.select("id"));

        Batches.batch(
                target().tableFrom("kind", Map.of("0", orders, "1", paid))
                        .write(Batches.stream(2, "value AS id", "value % 2 AS kind")),
                checkpoint);

        assertThat(rows(BOTH)).containsExactly("5|5");
    }

    @Test
    void theProblemsOfEachTableAreReportedAtOnceWithItsValue() {
        JdbcTables wrong = target().tableFrom(
                        "topic",
                        Map.of(
                                "orders",
                                target().table("routed_orders")
                                        .upsertExactlyOnce("id")
                                        .after(Transforms.select("id", "topic")),
                                "payments",
                                target().table("nowhere").appendExactlyOnce().after(Transforms.select("id"))));

        List<Problem> problems = wrong.check(planned(stream(1)));

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0).toString())
                .startsWith("orders: table(routed_orders): it has no column \"topic\"; it has id, pieces.");
        assertThat(problems.get(1).toString()).startsWith("payments: table(nowhere): there is no such table");
        assertThat(exactly().check(planned(stream(1)))).isEmpty();
    }

    @Test
    void aColumnThatIsMissingOrHasNoPlainValuesIsRefusedBeforeTheStart() {
        assertThat(exactly().check(planned(Batches.stream(1, "value AS id"))))
                .singleElement()
                .asString()
                .startsWith("tableFrom(topic): there is no such column (columns: id).");
        assertThat(exactly().check(planned(Batches.stream(1, "value AS id", "1.5D AS topic"))))
                .containsExactly(new Problem(
                        "tableFrom",
                        "topic",
                        "this column is a double, and tables are named for texts or whole numbers",
                        "Cast it to string in an earlier step."));
    }

    @Test
    void aPipelineDrawsALineForEachTable() {
        String drawn = Pipeline.named("routed")
                .from(session -> stream(1))
                .to(exactly().others(Sinks.foreachBatch((rows, id) -> {})))
                .describe();

        assertThat(drawn)
                .contains("orders -> ")
                .contains("-> append exactly once to \"routed_orders\" at ")
                .contains("payments -> ")
                .contains("others -> foreachBatch");
        assertThat(exactly().targets())
                .containsExactly(
                        "table \"routed_orders\" at " + database().label(),
                        "table \"routed_payments\" at " + database().label());
    }

    @Test
    void theTablesAreCreatedIfTheirSinksMay() throws Exception {
        execute("DROP TABLE routed_orders", "DROP TABLE routed_payments");
        JdbcTables tables = tables(
                target().table("routed_orders").upsertExactlyOnce("id").creatingTable(),
                payments().appendExactlyOnce().creatingTable());

        assertThat(tables.notes(planned(stream(1))))
                .filteredOn(note -> note.field().endsWith("table"))
                .hasSize(2);
        Batches.batch(tables.write(stream(2)), checkpoint);

        assertThat(rows(BOTH)).containsExactly("5|5");
    }

    static PlannedQuery planned(Dataset<Row> rows) {
        return new PlannedQuery(
                "routed", Optional.of(rows), OutputMode.Append(), Trigger.AvailableNow(), Optional.of("target/none"));
    }
}
