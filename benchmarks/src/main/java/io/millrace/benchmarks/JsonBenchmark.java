package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.json_tuple;

import io.millrace.core.JsonFields;
import io.millrace.core.Transforms;
import io.millrace.core.internal.json.JsonDifferences;
import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Measures the CPU time per row to extract 1, 4, 8 and 16 fields from JSON, and rows of an array, for Spark's functions
 * and {@code jsonFields}; and a few fields from large documents.
 */
final class JsonBenchmark implements Benchmark {
    private static final long SEED = 42;
    private static final List<Integer> FIELD_COUNTS = List.of(1, 4, 8, 16);
    private static final List<String> NESTED = List.of(
            "geo.city", "geo.lat", "agent.name", "agent.mobile", "items[0].sku", "items[1].count", "tags[2]", "tags");

    private static final JsonFields ELEMENTS = Transforms.jsonFields("value")
            .string("session", "$.session")
            .bigint("user", "$.user")
            .each("$.items[*]", item -> item.string("sku", "$.sku").integer("count", "$.count"));

    @Override
    public String run(Scale scale) throws Exception {
        try (SparkSession spark = session()) {
            CpuTable table = new CpuTable(documents(spark, scale.of(40_000, 20)), contenders(), scale);
            table.measure();
            table.print();
            LargeJsonBenchmark large = new LargeJsonBenchmark(spark, SEED, scale).measure();
            JsonDifferences compared =
                    new JsonDifferences(spark, SEED).compare(scale.of(200_000, 100), scale.of(5_000, 50));
            compared.shown().forEach(System.out::println);
            System.out.printf(
                    "Differential check, seed %d: %,d documents, %,d values found%n",
                    SEED, compared.documents(), compared.found());
            return figures(table) + " json.large_from_json=" + large.ratio() + " differences="
                    + (compared.differences() + large.differences()) + " documents=" + compared.documents();
        }
    }

    private static String figures(CpuTable table) {
        return "json.ratio1=" + ratio(table, "1 field", "get_json_object")
                + " json.ratio8=" + ratio(table, "8 fields", "get_json_object")
                + " json.ratio16=" + ratio(table, "16 fields", "get_json_object")
                + " json.from_json8=" + ratio(table, "8 fields", "from_json")
                + " json.json_tuple8=" + ratio(table, "8 fields", "json_tuple")
                + " json.each_vs_explode=" + ratio(table, "elements", "explode(from_json)");
    }

    private static String ratio(CpuTable table, String job, String other) {
        return CpuTable.ratio(table.median(job, other), table.median(job, "jsonFields"));
    }

    private static SparkSession session() {
        return SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 1)
                .config("spark.sql.debug.maxToStringFields", 3)
                // Uncompressed, so that reading the documents from memory costs almost nothing.
                .config("spark.sql.inMemoryColumnarStorage.compressed", false)
                .getOrCreate();
    }

    /** Holds this many documents of about 700 bytes in memory, in a column {@code value}. */
    static Dataset<Row> documents(SparkSession spark, int count) {
        JsonDocuments generator = new JsonDocuments(SEED);
        List<byte[]> values = Stream.generate(generator::next)
                .limit(count)
                .map(document -> document.getBytes(StandardCharsets.UTF_8))
                .toList();
        Dataset<Row> documents =
                spark.createDataset(values, Encoders.BINARY()).toDF("value").persist();
        documents.count();
        return documents;
    }

    private static List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Contender("no field", "bytes only", rows -> rows));
        contenders.add(new Contender("no field", "jsonFields", rows -> jsonFields(rows, List.of())));
        for (int count : FIELD_COUNTS) {
            List<String> fields = JsonDocuments.FIELDS.subList(0, count);
            String job = count + (count == 1 ? " field" : " fields");
            contenders.add(new Contender(job, "get_json_object", rows -> getJsonObject(rows, fields)));
            contenders.add(new Contender(job, "from_json", rows -> fromJson(rows, fields)));
            contenders.add(new Contender(job, "json_tuple", rows -> jsonTuple(rows, fields)));
            contenders.add(new Contender(job, "jsonFields", rows -> jsonFields(rows, fields)));
        }
        contenders.add(new Contender("8 nested", "get_json_object", rows -> getJsonObject(rows, NESTED)));
        contenders.add(new Contender("8 nested", "jsonFields", rows -> jsonFields(rows, NESTED)));
        contenders.add(new Contender("elements", "explode(from_json)", JsonBenchmark::explodedFromJson));
        contenders.add(new Contender(
                "elements", "jsonFields", rows -> rows.transform(ELEMENTS).drop("value")));
        return contenders;
    }

    private static Dataset<Row> getJsonObject(Dataset<Row> rows, List<String> fields) {
        return rows.select(fields.stream()
                .map(field -> get_json_object(text(), "$." + field).as(field))
                .toArray(Column[]::new));
    }

    /** Selects the struct first, then its fields, so that Spark parses each row once. */
    private static Dataset<Row> fromJson(Dataset<Row> rows, List<String> fields) {
        StructType schema = new StructType();
        for (String field : fields) {
            schema = schema.add(field, DataTypes.StringType);
        }
        return rows.select(from_json(text(), schema).as("json")).select("json.*");
    }

    /** Selects the struct first, then its fields, so that Spark parses each row once. */
    private static Dataset<Row> explodedFromJson(Dataset<Row> rows) {
        String schema = "session STRING, user BIGINT, items ARRAY<STRUCT<sku STRING, count INT>>";
        return rows.select(from_json(text(), StructType.fromDDL(schema)).as("json"))
                .selectExpr("json.session", "json.user", "inline(json.items)");
    }

    private static Dataset<Row> jsonTuple(Dataset<Row> rows, List<String> fields) {
        return rows.select(json_tuple(text(), ScalaCollections.seq(fields)));
    }

    private static Dataset<Row> jsonFields(Dataset<Row> rows, List<String> fields) {
        JsonFields transform = Transforms.jsonFields("value");
        for (String field : fields) {
            transform = transform.string(field.replace('.', '_'), "$." + field);
        }
        // Without fields, routing of malformed documents makes Spark read the document.
        return rows.transform(fields.isEmpty() ? transform.route() : transform).drop("value");
    }

    private static Column text() {
        return col("value").cast(DataTypes.StringType);
    }
}
