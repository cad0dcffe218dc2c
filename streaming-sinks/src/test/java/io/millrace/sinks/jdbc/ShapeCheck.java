package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table that a sink needs, and that it creates or completes if it may. */
abstract class ShapeCheck {
    /** Names that SQL must quote in different ways. */
    static final String ODD = "odd. \"`' name, ä";

    static final StructType ORDERS =
            new StructType().add("id", "bigint").add("customer", "string").add("total", "decimal(10,2)");

    abstract Database database();

    abstract Database clerk();

    abstract List<String> rows(String query);

    abstract void execute(String... statements);

    abstract Connection connect() throws SQLException;

    abstract String quoted(String name);

    /** Reads a value of a Spark type from the second column. */
    abstract Object read(String type, ResultSet found) throws SQLException;

    /** Writes the second column of a query for {@link #read}. */
    abstract String selected(String type);

    /** The schema in which tables without a schema are. */
    abstract String home();

    @BeforeEach
    void emptyTables() {
        execute(
                "DROP TABLE IF EXISTS shaped, millrace_fence, millrace_ledger, shaped_refused, " + quoted(ODD),
                "DROP TABLE IF EXISTS shaped");
    }

    final JdbcTarget shaped() {
        return Sinks.jdbc(database()).table("shaped");
    }

    /** A type of Spark with values at its edges. */
    record Edges(String type, List<Object> values) {
        static Edges of(String type, Object... values) {
            return new Edges(type, List.of(values));
        }

        @Override
        public String toString() {
            return type;
        }
    }

    @ParameterizedTest
    @MethodSource("edges")
    void valuesGoThroughACreatedTableUnchanged(Edges edges) throws SQLException {
        StructType schema = new StructType().add("id", "int").add("value", DataType.fromDDL(edges.type));
        List<Row> rows = new ArrayList<>(IntStream.range(0, edges.values.size())
                .mapToObj(index -> row(index, edges.values.get(index)))
                .toList());
        rows.add(row(edges.values.size(), null));

        Server.write(shaped().upsertOn("id").creatingTable().writer(schema), rows.toArray(Row[]::new));

        assertThat(read(edges.type)).isEqualTo(comparable(edges.values)).hasSameSizeAs(edges.values);
        assertThat(rows("SELECT count(*) FROM shaped WHERE value IS NULL")).containsExactly("1");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keysOfACreatedTableAreEqualOnlyIfTheyAreEqualInSpark(Edges edges) throws SQLException {
        StructType schema = new StructType().add("id", "int").add("value", DataType.fromDDL(edges.type));
        JdbcUpsert upsert = shaped().upsertOn("value").creatingTable();
        Row[] rows = IntStream.range(0, edges.values.size())
                .mapToObj(index -> row(index, edges.values.get(index)))
                .toArray(Row[]::new);

        Server.write(upsert.writer(schema), rows);
        Server.write(upsert.writer(schema), rows);

        assertThat(read(edges.type)).isEqualTo(comparable(edges.values)).hasSameSizeAs(edges.values);
    }

    private List<Object> read(String type) throws SQLException {
        List<Object> found = new ArrayList<>();
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT id, " + selected(type) + " FROM shaped WHERE value IS NOT NULL ORDER BY id");
                ResultSet values = query.executeQuery()) {
            while (values.next()) {
                found.add(read(type, values));
            }
        }
        return comparable(found);
    }

    /** With bytes that have an equality. */
    private static List<Object> comparable(List<Object> values) {
        return values.stream()
                .map(value -> value instanceof byte[] bytes ? (Object) Arrays.toString(bytes) : value)
                .toList();
    }

    @Test
    void theStatementCreatesTheTableOnceAndThenThereIsNothingToDo() {
        JdbcUpsert upsert = shaped().upsertOn("customer", "id");
        String create = upsert.ddlFor(ORDERS);

        assertThat(create).startsWith("CREATE TABLE IF NOT EXISTS " + quoted("shaped") + " (");
        assertThat(create).contains(", PRIMARY KEY (" + quoted("customer") + ", " + quoted("id") + ")");
        assertThat(rows(tables("shaped"))).as("ddlFor changes nothing").isEmpty();

        execute(create.replace(";\n", ""));
        assertThat(upsert.ddlFor(ORDERS)).isEmpty();
        Server.write(upsert.writer(ORDERS), row(1L, "a", null), row(1L, "A", null), row(1L, "a ", null));
        assertThat(rows("SELECT count(*) FROM shaped")).containsExactly("3");
    }

    @Test
    void onlyMissingColumnsAreAddedAndOthersStayAsTheyAre() {
        execute("CREATE TABLE shaped (id bigint PRIMARY KEY, total decimal(20,4), own varchar(9) DEFAULT 'kept')");
        JdbcUpsert upsert = shaped().upsertOn("id").addingColumns();
        String before = rows(columns("shaped")).toString();
        String added = upsert.ddlFor(ORDERS);

        assertThat(added)
                .contains("ADD COLUMN IF NOT EXISTS " + quoted("customer"))
                .doesNotContain("total");
        assertThat(rows(columns("shaped"))).hasToString(before);

        Server.write(upsert.writer(ORDERS), row(1L, "a", null));

        assertThat(rows("SELECT id, total, own, customer FROM shaped")).containsExactly("1|null|kept|a");
        assertThat(rows(columns("shaped")).toString()).startsWith(before.substring(0, before.length() - 1));
        assertThat(upsert.ddlFor(ORDERS)).isEmpty();
        assertThat(rows(columns("shaped") + " AND is_nullable = 'NO'")).hasSize(1);
    }

    @Test
    void aColumnThatIsMissingIsAProblemThatNamesTheStatement() {
        execute("CREATE TABLE shaped (id bigint PRIMARY KEY, total decimal(20,4))");

        assertThat(problems(shaped().upsertOn("id")))
                .singleElement()
                .asString()
                .startsWith("table(shaped): it has no column \"customer\"; it has id, total."
                        + " Call addingColumns(), which adds it by ALTER TABLE " + quoted("shaped")
                        + " ADD COLUMN IF NOT EXISTS " + quoted("customer"))
                .endsWith(", or drop or rename it in the stream.");
        assertThat(rows(columns("shaped"))).hasSize(2);
    }

    @Test
    void aTableThatIsMissingIsAProblemThatNamesTheStatement() {
        assertThat(problems(shaped().upsertOn("id")))
                .singleElement()
                .asString()
                .startsWith("table(shaped): there is no such table for "
                        + database().label() + ". Call creatingTable(), which creates it by CREATE TABLE IF NOT EXISTS "
                        + quoted("shaped") + " (")
                .contains(", PRIMARY KEY (" + quoted("id") + "))")
                .endsWith(", or correct the name.");
        assertThat(rows(tables("shaped"))).isEmpty();
    }

    @Test
    void theCheckBeforeTheStartSaysWhatTheStartWillDoAndDoesNothing() {
        PlannedQuery query = new PlannedQuery(
                "orders",
                Optional.of(Batches.stream(1, "value AS id", "value AS total")),
                OutputMode.Append(),
                Trigger.AvailableNow(),
                Optional.of("target/none"));
        JdbcUpsert upsert = shaped().upsertOn("id").creatingTable().addingColumns();

        assertThat(upsert.check(query)).isEmpty();
        assertThat(upsert.notes(query))
                .singleElement()
                .asString()
                .startsWith("table(shaped): there is no such table, and the start creates it. CREATE TABLE IF NOT");
        assertThat(rows(tables("shaped"))).isEmpty();

        execute("CREATE TABLE shaped (id bigint PRIMARY KEY)");
        assertThat(upsert.check(query)).isEmpty();
        assertThat(upsert.notes(query))
                .singleElement()
                .asString()
                .startsWith("table(shaped): it has no column \"total\", and the start adds it. ALTER TABLE ");
        assertThat(rows(columns("shaped"))).hasSize(1);
    }

    @Test
    void addingColumnsCreatesNoTableAndCreatingATableAddsNoColumns() {
        assertThat(problems(shaped().upsertOn("id").addingColumns()))
                .singleElement()
                .asString()
                .contains("no such table");

        execute("CREATE TABLE shaped (id bigint PRIMARY KEY, total decimal(20,4))");
        assertThat(problems(shaped().upsertOn("id").creatingTable()))
                .singleElement()
                .asString()
                .contains("no column");
    }

    @Test
    void neitherAKeyNorANameInAnotherCaseNorAnotherTypeIsAdded() {
        execute("CREATE TABLE shaped (CUSTOMER bigint, customers bigint, total bigint)"
                .replace("CUSTOMER", quoted("Customer")));

        JdbcUpsert upsert = shaped().upsertOn("id").addingColumns().creatingTable();
        assertThat(problems(upsert).toString())
                .contains("it has no column \"id\"")
                .contains("Did you mean \"Customer\"?")
                .contains("its column \"total\" is bigint");
        assertThatThrownBy(() -> upsert.ddlFor(ORDERS))
                .hasMessageContaining("it has no column \"id\"")
                .hasMessageContaining("Did you mean \"Customer\"?");
        assertThat(rows(columns("shaped"))).hasSize(3);
    }

    @Test
    void batchesThatAreWrittenExactlyOnceCreateAndExtendTheirTable(@TempDir Path checkpoint) throws Exception {
        JdbcExactlyOnce append = shaped().appendExactlyOnce().creatingTable().addingColumns();

        Batches.batch(append.write(Batches.stream(1, "value AS id")), checkpoint);
        Batches.batch(append.write(Batches.stream(1, "value AS id", "cast(value AS string) AS more")), checkpoint);

        assertThat(rows("SELECT count(*), count(more), min(more) FROM shaped")).containsExactly("20|10|10");
        assertThat(append.describe())
                .endsWith(", creatingTable(), addingColumns()"
                        + database().described().stream()
                                .map(call -> ", " + call)
                                .collect(Collectors.joining()));
    }

    @Test
    void upsertsThatAreWrittenExactlyOnceCreateTheirTable(@TempDir Path checkpoint) throws Exception {
        Dataset<Row> rows = Batches.stream(2, "concat('k', value % 4) AS id", "value AS last");

        Batches.batch(shaped().upsertExactlyOnce("id").creatingTable().write(rows), checkpoint);

        assertThat(rows("SELECT count(*) FROM shaped")).containsExactly("4");
    }

    @Test
    void namesThatMustBeQuotedAreTakenAsTheyAre() {
        StructType schema =
                new StructType().add("i'd \"`", "string").add("select", "int").add("x.y", "int");
        JdbcUpsert upsert = Sinks.jdbc(database())
                .table(home(), ODD)
                .upsertOn("i'd \"`", "select")
                .creatingTable()
                .addingColumns();

        Server.write(upsert.writer(schema), row("a", 1, 2));
        Server.write(upsert.writer(schema.add("später", "int").add("drop", "int")), row("a", 1, 3, 4, 5));

        assertThat(rows("SELECT * FROM " + quoted(ODD))).containsExactly("a|1|3|4|5");
    }

    @Test
    void aColumnThatTheSinkDoesNotWriteIsNotCreated() {
        StructType schema = ORDERS.add("gone", "boolean").add("version", "bigint");

        Server.write(
                shaped().upsertOn("id")
                        .versionedBy("version")
                        .deleteWhen("gone")
                        .creatingTable()
                        .writer(schema),
                row(1L, "a", null, false, 7L));

        assertThat(rows("SELECT * FROM shaped")).containsExactly("1|a|null|7");
    }

    @Test
    void columnsThatNoTableCanHaveAreRefused() {
        StructType odd = new StructType()
                .add("id", "bigint")
                .add("nested", DataType.fromDDL("struct<a: int>"))
                .add("ID", "int");

        assertThatThrownBy(() -> shaped().upsertOn("id").ddlFor(odd))
                .hasMessageContaining("takes the stream's column \"nested\", a struct<a:int>. Write it as to_json(...)"
                        + " into a column of json or text.")
                .hasMessageContaining("its columns \"id\" and \"ID\" would differ only in case");
        assertThat(problems(shaped().upsertOn("id").creatingTable(), odd)).hasSize(2);
        assertThat(rows(tables("shaped"))).isEmpty();
    }

    @Test
    void aKeyThatIsNotInTheStreamIsReportedAsAlways() {
        assertThat(problems(shaped().upsertOn("number").creatingTable()))
                .singleElement()
                .asString()
                .startsWith("upsertOn(number): this key column is not in the stream");
    }

    @Test
    void aRoleWithoutRightsIsToldWhatToRunBeforeTheStart() {
        JdbcTarget target = Sinks.jdbc(clerk()).table("shaped");

        assertThat(problems(target.upsertOn("id").creatingTable()))
                .first()
                .asString()
                .startsWith("table(shaped): there is no such table, and " + clerk().label()
                        + " may not create it. Let a role that may do it run CREATE TABLE IF NOT EXISTS ");

        execute(
                "CREATE TABLE shaped (id bigint PRIMARY KEY, total decimal(20,4))",
                "GRANT SELECT, INSERT, UPDATE ON" + " shaped TO clerk");
        assertThat(problems(target.upsertOn("id").unfenced().addingColumns()))
                .singleElement()
                .asString()
                .startsWith("table(shaped): it has no column \"customer\", and " + clerk().label()
                        + " may not add columns: only its owner may. Let a role that may do it run ALTER TABLE ");
        assertThat(rows(columns("shaped"))).hasSize(2);
    }

    @Test
    void aMissingSchemaIsReported() {
        assertThat(problems(Sinks.jdbc(database())
                        .table("nowhere", "shaped")
                        .upsertOn("id")
                        .creatingTable()))
                .containsExactly(
                        "table(nowhere.shaped): there is no schema to create it in: \"nowhere\" does not exist."
                                + " Create the schema, or name another.");
    }

    @Test
    void startsAtTheSameTimeCreateAndExtendTheTableTogether() throws Exception {
        int starts = 4;
        ExecutorService threads = Executors.newFixedThreadPool(starts);
        try {
            for (int round = 0; round < 5; round++) {
                emptyTables();
                CyclicBarrier together = new CyclicBarrier(starts);
                List<Future<Object>> all = new ArrayList<>();
                for (int start = 0; start < starts; start++) {
                    StructType schema =
                            start % 2 == 0 ? ORDERS : ORDERS.add("more", "int").add("most", "string");
                    all.add(threads.submit(() -> {
                        together.await();
                        return shaped().upsertOn("id")
                                .creatingTable()
                                .addingColumns()
                                .writer(schema);
                    }));
                }
                for (Future<Object> one : all) {
                    one.get();
                }
                assertThat(Set.copyOf(rows(columns("shaped"))))
                        .containsExactlyInAnyOrder("id", "customer", "total", "more", "most");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    List<String> problems(JdbcUpsert sink) {
        return problems(sink, ORDERS);
    }

    /** What the check before a start reports; the start itself is refused for the same reasons. */
    private List<String> problems(JdbcUpsert sink, StructType schema) {
        try {
            sink.writer(schema);
            return List.of();
        } catch (ValidationException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    private String tables(String name) {
        return "SELECT table_name FROM information_schema.tables WHERE table_name = '" + name + "' AND table_schema = '"
                + home() + "'";
    }

    private String columns(String table) {
        return "SELECT column_name FROM information_schema.columns WHERE table_name = '" + table
                + "' AND table_schema = '" + home() + "'";
    }
}
