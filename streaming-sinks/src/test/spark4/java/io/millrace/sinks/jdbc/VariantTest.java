package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A variant is written as the JSON that Spark's to_json makes of it in UTC. */
@Timeout(120)
class VariantTest {
    private static final StructType SCHEMA = new StructType().add("id", "int").add("doc", "variant");
    private static final String DEAD_LETTERS =
            "SELECT \"row\"::json ->> 'id', sqlstate, \"row\"::json ->> 'doc'" + " FROM refused ORDER BY 1";
    private static final String NUL = "{\"a\":\"\\u0000\"}";
    /** The document of row 3 has a NUL, which jsonb does not take. */
    private static final String DOC = "CASE id WHEN 3 THEN parse_json('{\"a\":\"\\\\u0000\"}')"
            + " ELSE parse_json('{\"b\":' || id || ', \"a\": 1}') END AS doc";

    @BeforeEach
    void emptyTables() {
        Server.execute("DROP TABLE IF EXISTS docs, refused, millrace_ledger, millrace_fence");
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(
                        "parse_json('{\"b\": [1, null, true, \"ä\\\\n\"], \"a\": {}}')",
                        "{\"a\":{},\"b\":[1,null,true,\"ä\\n\"]}"),
                Arguments.of("parse_json('\"text\"')", "\"text\""),
                Arguments.of("parse_json('null')", "null"),
                Arguments.of("parse_json('12345678901234567890.123')", "12345678901234567890.123"),
                Arguments.of("cast(1.50BD AS variant)", "1.5"),
                Arguments.of("cast(0.1D AS variant)", "0.1"),
                Arguments.of("cast(double('NaN') AS variant)", "\"NaN\""),
                Arguments.of("cast(X'0001ff' AS variant)", "\"AAH/\""),
                Arguments.of("cast(DATE'2026-01-31' AS variant)", "\"2026-01-31\""),
                Arguments.of(
                        "cast(TIMESTAMP'2026-01-31 12:00:00.5+01:00' AS variant)", "\"2026-01-31 11:00:00.5+00:00\""),
                Arguments.of("cast(TIMESTAMP_NTZ'2026-01-31 12:00:00.5' AS variant)", "\"2026-01-31 12:00:00.5\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void aTableThatTheSinkCreatesKeepsAVariantAsItsJson(String expression, String json) {
        Object variant =
                Batches.spark().sql("SELECT " + expression + " AS v").first().get(0);
        StructType listed = SCHEMA.add("docs", "array<variant>");
        MariaDb.execute("DROP TABLE IF EXISTS docs");

        Server.write(docs().creatingTable().writer(listed), row(1, variant, null));
        Server.write(
                Sinks.jdbc(MariaDb.database())
                        .table("docs")
                        .upsertOn("id")
                        .creatingTable()
                        .writer(SCHEMA),
                row(1, variant));

        assertThat(Server.rows("SELECT doc FROM docs")).containsExactly(json);
        assertThat(MariaDb.rows("SELECT doc FROM docs")).containsExactly(json);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void aVariantIsWrittenAsTheJsonThatSparkMakesOfIt(String expression, String json) {
        Row made = Batches.spark()
                .sql("SELECT v, to_json(v) FROM (SELECT " + expression + " AS v)")
                .first();
        Object variant = made.get(0);
        assertThat(made.getString(1)).isEqualTo(json);
        createDocs("json");

        ForeachWriter<Row> writer = docs().writer(SCHEMA);
        Server.write(writer, row(1, variant), row(2, null));
        Server.write(writer, many(variant));

        assertThat(Server.rows("SELECT doc FROM docs WHERE id > -2 ORDER BY id"))
                .containsExactly("null", json, json, "null");

        createDocs("jsonb");
        writer = docs().writer(SCHEMA);
        Server.write(writer, row(1, variant), row(2, null));
        Server.write(writer, many(variant));

        String canonical = Server.rows("SELECT '" + json + "'::jsonb").get(0);
        assertThat(Server.rows("SELECT doc FROM docs WHERE id > -2 ORDER BY id"))
                .containsExactly("null", canonical, canonical, "null");

        MariaDb.execute("DROP TABLE IF EXISTS docs", "CREATE TABLE docs (id int PRIMARY KEY, doc json)");
        Server.write(
                Sinks.jdbc(MariaDb.database()).table("docs").upsertOn("id").writer(SCHEMA),
                row(1, variant),
                row(2, null));
        assertThat(MariaDb.rows("SELECT doc FROM docs ORDER BY id")).containsExactly(json, "null");
    }

    /** So many rows that they are sent by COPY, one of them with the document. */
    private static Row[] many(Object variant) {
        return IntStream.range(0, PostgresDialect.MANY_ROWS)
                .mapToObj(n -> row(-n, n == 0 ? variant : null))
                .toArray(Row[]::new);
    }

    @ParameterizedTest(name = "{0} rows")
    @ValueSource(ints = {10, 3000})
    void anUpsertMovesVariantsThatTheServerRefusesToTheDeadLetters(int rows) {
        createDocs("jsonb");

        Server.write(
                docs().deadLettersTo("refused").writer(SCHEMA),
                Batches.spark()
                        .range(rows)
                        .selectExpr("cast(id AS int) AS id", DOC)
                        .collectAsList()
                        .toArray(Row[]::new));

        assertThat(Server.rows("SELECT count(*), count(doc ->> 'b') FROM docs"))
                .containsExactly((rows - 1) + "|" + (rows - 1));
        assertThat(Server.rows(DEAD_LETTERS)).containsExactly("3|22P05|{\"a\":\"\\\\u0000\"}");
    }

    @ParameterizedTest(name = "{0}, {1} partitions")
    @CsvSource({"jsonb, 1", "jsonb, 3", "json, 1", "json, 3"})
    void anExactlyOnceBatchWritesVariantsAndKeepsThoseThatTheServerRefuses(
            String type, int partitions, @TempDir Path checkpoint) throws Exception {
        createDocs(type);
        JdbcTarget target = Sinks.jdbc(Server.database()).table("docs");

        Batches.batch(target.upsertExactlyOnce("id").deadLettersTo("refused").write(stream(partitions)), checkpoint);

        assertThat(Server.rows("SELECT id, doc ->> 'b' FROM docs WHERE id <> 3 ORDER BY id"))
                .containsExactly("0|0", "1|1", "2|2", "4|4", "5|5", "6|6", "7|7", "8|8", "9|9");
        assertThat(Server.rows("SELECT doc FROM docs WHERE id = 3"))
                .isEqualTo(type.equals("json") ? List.of(NUL) : List.of());
        assertThat(Server.rows(DEAD_LETTERS))
                .isEqualTo(type.equals("json") ? List.of() : List.of("3|22P05|{\"a\":\"\\\\u0000\"}"));
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void anExactlyOnceBatchOfMariaDbWritesVariants(int partitions, @TempDir Path checkpoint) throws Exception {
        MariaDb.execute(
                "DROP TABLE IF EXISTS docs, millrace_ledger", "CREATE TABLE docs (id int PRIMARY KEY, doc json)");
        JdbcTarget target = Sinks.jdbc(MariaDb.database()).table("docs");

        Batches.batch(target.upsertExactlyOnce("id").write(stream(partitions)), checkpoint);

        assertThat(MariaDb.rows("SELECT id, json_value(doc, '$.b') FROM docs WHERE id < 3 ORDER BY id"))
                .containsExactly("0|0", "1|1", "2|2");
        assertThat(MariaDb.rows("SELECT doc FROM docs WHERE id = 3")).containsExactly(NUL);
    }

    @Test
    void aDeadLetterOfMariaDbKeepsTheVariantOfItsRow() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS docs, refused, millrace_fence",
                "CREATE TABLE docs (id int PRIMARY KEY CHECK (id <> 3), doc json)");

        Server.write(
                Sinks.jdbc(MariaDb.database())
                        .table("docs")
                        .upsertOn("id")
                        .deadLettersTo("refused")
                        .writer(SCHEMA),
                Batches.spark()
                        .range(10)
                        .selectExpr("cast(id AS int) AS id", DOC)
                        .collectAsList()
                        .toArray(Row[]::new));

        assertThat(MariaDb.rows("SELECT count(*) FROM docs")).containsExactly("9");
        assertThat(MariaDb.rows("SELECT json_value(`row`, '$.doc') FROM refused"))
                .containsExactly("{\"a\":\"\\\\u0000\"}");
    }

    @Test
    void anArrayOfVariantsIsAnArrayOfDocuments() {
        createDocs("jsonb[]");
        Row made = Batches.spark()
                .sql("SELECT array(parse_json('1'), null, parse_json('{}'))")
                .first();

        Server.write(
                docs().writer(new StructType().add("id", "int").add("doc", "array<variant>")), row(1, made.get(0)));

        assertThat(Server.rows("SELECT doc FROM docs")).containsExactly("{1,NULL,\"{}\"}");
    }

    @Test
    void otherColumnsAndKeysAreRefusedBeforeTheStart() {
        createDocs("text");
        assertThatThrownBy(() -> docs().writer(SCHEMA))
                .hasMessageContaining("its column \"doc\" is text, which does not take the stream's variant")
                .hasMessageContaining("Write it as to_json(...) into a column of json or text.");

        Server.execute("DROP TABLE docs", "CREATE TABLE docs (id int, doc jsonb PRIMARY KEY)");
        JdbcTarget target = Sinks.jdbc(Server.database()).table("docs");
        String refusal =
                "(doc): this key column is a variant, and variants cannot be compared. Extract the key from it:"
                        + " variant_get(column, '$.id', 'string').";
        assertThatThrownBy(() -> target.upsertOn("doc").writer(SCHEMA)).hasMessageContaining("upsertOn" + refusal);
        assertThatThrownBy(() -> target.insertOnlyOn("doc").writer(SCHEMA))
                .hasMessageContaining("insertOnlyOn" + refusal);
        assertThatThrownBy(() -> target.upsertExactlyOnce("doc").batches(SCHEMA))
                .hasMessageContaining("upsertExactlyOnce" + refusal);
    }

    @Test
    void aVariantWeighsWhatItHolds() {
        int length = 100_000;
        Object variant = Batches.spark()
                .sql("SELECT to_variant_object(array(repeat('x', " + length + ")))")
                .first()
                .get(0);

        assertThat(RowWeight.of(row(variant))).isBetween((long) length, 4L * length);
    }

    private static Dataset<Row> stream(int partitions) {
        return Batches.stream(partitions, "cast(value AS int) AS id").selectExpr("id", DOC);
    }

    private static void createDocs(String type) {
        Server.execute("DROP TABLE IF EXISTS docs", "CREATE TABLE docs (id int PRIMARY KEY, doc " + type + ")");
    }

    private static JdbcUpsert docs() {
        return Sinks.jdbc(Server.database()).table("docs").upsertOn("id");
    }
}
