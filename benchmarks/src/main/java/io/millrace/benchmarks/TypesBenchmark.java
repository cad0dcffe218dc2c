package io.millrace.benchmarks;

import io.millrace.core.JsonFields;
import io.millrace.core.Transforms;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Measures the CPU time per row of typed fields of JSON against the same fields as text, and against a cast. */
final class TypesBenchmark implements Benchmark {
    private static final JsonFields FIELDS = Transforms.jsonFields("value");
    private static final JsonFields TYPED = FIELDS.string("zip", "$.zip")
            .string("session", "$.session")
            .bigint("user", "$.user")
            .bigint("bytes", "$.bytes")
            .decimal("latency", "$.latency", 10, 2)
            .doublePrecision("score", "$.score")
            .bool("cached", "$.cached")
            .timestamp("hittime", "$.hittime");
    private static final JsonFields TEXTS = FIELDS.string("zip", "$.zip")
            .string("session", "$.session")
            .string("user", "$.user")
            .string("bytes", "$.bytes")
            .string("latency", "$.latency")
            .string("score", "$.score")
            .string("cached", "$.cached")
            .string("hittime", "$.hittime");
    private static final JsonFields TIME = FIELDS.timestamp("hittime", "$.hittime");
    private static final JsonFields TEXT = FIELDS.string("hittime", "$.hittime");

    @Override
    public String run(Scale scale) throws Exception {
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.debug.maxToStringFields", 3)
                // Uncompressed, so that reading the documents from memory costs almost nothing.
                .config("spark.sql.inMemoryColumnarStorage.compressed", false)
                .getOrCreate()) {
            CpuTable table = new CpuTable(JsonBenchmark.documents(spark, scale.of(40_000, 20)), contenders(), scale);
            table.measure();
            table.print();
            return "types.typed8_vs_text8="
                    + CpuTable.ratio(table.median("8 fields", "typed"), table.median("8 fields", "text"))
                    + " types.cast_vs_timestamp="
                    + CpuTable.ratio(table.median("timestamp", "cast"), table.median("timestamp", "typed"));
        }
    }

    private static List<Contender> contenders() {
        return List.of(
                new Contender("8 fields", "typed", rows -> fields(rows, TYPED)),
                new Contender("8 fields", "text", rows -> fields(rows, TEXTS)),
                new Contender("timestamp", "typed", rows -> fields(rows, TIME)),
                new Contender("timestamp", "text", rows -> fields(rows, TEXT)),
                new Contender(
                        "timestamp",
                        "cast",
                        rows -> fields(rows, TEXT).transform(Transforms.cast("hittime", DataTypes.TimestampType))));
    }

    private static Dataset<Row> fields(Dataset<Row> rows, JsonFields fields) {
        return rows.transform(fields).drop("value");
    }
}
