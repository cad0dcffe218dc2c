package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The supported PostgreSQL versions that are older than that of all other tests. */
class JdbcPostgresVersionsTest {
    private static final String BUILD = System.getProperty("build.directory", "target");
    private static final Map<String, TestPostgres> SERVERS = new TreeMap<>();
    private static final StructType SCHEMA =
            new StructType().add("id", "int").add("doc", "string").add("amount", "int");

    @AfterEach
    void useTheSharedServer() {
        Server.use(null);
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(TestPostgres::close);
    }

    static Stream<Arguments> strategies() {
        return Stream.of("14", "15", "16")
                .flatMap(version ->
                        Arrays.stream(JdbcStrategy.values()).map(strategy -> Arguments.of(version, strategy)));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aRerunWithOtherPartitionsLosesAndDuplicatesNothing(
            String version, JdbcStrategy strategy, @TempDir Path checkpoint) throws Exception {
        use(version);
        Server.execute(
                "DROP TABLE IF EXISTS exact, millrace_fence, millrace_ledger",
                "CREATE TABLE exact (id int" + strategy.key() + ", value text)");
        batch(strategy, 1, checkpoint);
        batch(strategy, 3, checkpoint);
        Batches.uncommit(checkpoint);
        batch(strategy, 2, checkpoint);

        assertThat(Server.rows("SELECT count(*), count(DISTINCT id), max(id) FROM exact WHERE value = 'v' || id"))
                .containsExactly("30|30|29");
        Server.assertNothingIsLeftOpen(Server.database());
    }

    @ParameterizedTest
    @ValueSource(strings = {"14", "15", "16"})
    void everyTypeIsWrittenUnchangedByArraysAndByCopy(String version) {
        use(version);
        List<Object[]> all = JdbcTypesTest.values().map(Arguments::get).toList();

        // A column of arrays makes the sink send the whole table by COPY.
        assertWritten(all.stream()
                .filter(value -> !value[0].toString().startsWith("array"))
                .toList());
        assertWritten(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"14", "15", "16"})
    void refusalsReadTheSameOnEveryVersion(String version) {
        use(version);
        Server.execute(
                "DROP TABLE IF EXISTS refusing, refused, millrace_fence",
                "CREATE TABLE refusing (id int NOT NULL, doc jsonb, amount int CONSTRAINT few CHECK (amount < 9))");
        JdbcUpsert upsert =
                Sinks.jdbc(Server.database()).table("refusing").upsertOn("id").deadLettersTo("refused");
        assertThatThrownBy(() -> upsert.writer(SCHEMA))
                .hasMessageContaining("upsertOn(id)")
                .hasMessageContaining("CREATE UNIQUE INDEX ON \"refusing\" (\"id\")");
        Server.execute("CREATE UNIQUE INDEX ON refusing (id)");

        assertThatThrownBy(() -> Server.write(
                        Sinks.jdbc(Server.database())
                                .table("refusing")
                                .upsertOn("id")
                                .writer(SCHEMA),
                        row(1, "{", 1)))
                .hasMessageContaining("the table refuses a row (SQLSTATE 22P02, column \"doc\")");
        Server.write(upsert.writer(SCHEMA), row(1, "{}", 1), row(2, "{}", 10));

        assertThat(Server.rows("SELECT id FROM refusing")).containsExactly("1");
        assertThat(Server.rows("SELECT sqlstate, \"row\"::json ->> 'amount' FROM refused"))
                .containsExactly("23514|10");
    }

    private static void assertWritten(List<Object[]> values) {
        JdbcTypesTest.createTable(
                values.stream().map(value -> value[1].toString()).toList());
        StructType schema = new StructType().add("id", "int");
        List<Object> full = new ArrayList<>(List.of(1));
        for (int index = 0; index < values.size(); index++) {
            schema = schema.add(JdbcTypesTest.name(index), DataType.fromDDL(values.get(index)[0].toString()));
            full.add(values.get(index)[2]);
        }
        Object[] empty = new Object[full.size()];
        empty[0] = 2;

        Server.write(
                Sinks.jdbc(Server.database()).table("typed").upsertOn("id").writer(schema),
                row(full.toArray()),
                row(empty));

        assertThat(Server.rows("SELECT * FROM typed ORDER BY id"))
                .containsExactly(
                        "1|" + values.stream().map(value -> value[3].toString()).collect(Collectors.joining("|")),
                        "2" + "|null".repeat(values.size()));
    }

    private static void batch(JdbcStrategy strategy, int partitions, Path checkpoint) throws Exception {
        Batches.batch(
                strategy.into(Sinks.jdbc(Server.database()).table("exact"))
                        .write(Batches.stream(partitions, "cast(value AS int) AS id", "'v' || value AS value")),
                checkpoint);
    }

    private static void use(String version) {
        Server.use(SERVERS.computeIfAbsent(
                version,
                unused -> TestPostgres.configured()
                        .binaries(Path.of(BUILD, "postgresql", version + ".jar"))
                        .start()));
        assertThat(Server.rows("SHOW server_version").get(0)).startsWith(version + ".");
    }
}
