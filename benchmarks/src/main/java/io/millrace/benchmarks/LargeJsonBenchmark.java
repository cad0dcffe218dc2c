package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.not;

import io.millrace.core.JsonFields;
import io.millrace.core.Transforms;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Measures the CPU time per row to extract a few fields from large documents, for {@code from_json} and ours. */
final class LargeJsonBenchmark {
    private final SparkSession spark;
    private final long seed;
    private final Scale scale;
    private final List<Double> ratios = new ArrayList<>();
    private long differences;

    LargeJsonBenchmark(SparkSession spark, long seed, Scale scale) {
        this.spark = spark;
        this.seed = seed;
        this.scale = scale;
    }

    LargeJsonBenchmark measure() throws TimeoutException {
        for (LargeJson kind : LargeJson.KINDS) {
            Dataset<Row> documents = documents(kind, scale.of(8_000, 20));
            CpuTable table = new CpuTable(documents, contenders(kind), scale);
            table.measure();
            table.print();
            ratios.add((double) table.median(kind.name(), "from_json") / table.median(kind.name(), "jsonFields"));
            differences += differences(documents, kind);
            documents.unpersist();
        }
        return this;
    }

    /** The median of all kinds: how often the time of {@code from_json} is that of {@code jsonFields}. */
    String ratio() {
        return CpuTable.ratio(ratios.stream().sorted().toList().get(ratios.size() / 2));
    }

    /** Values that are not those of {@code get_json_object}. */
    long differences() {
        return differences;
    }

    private Dataset<Row> documents(LargeJson kind, int count) {
        Random random = new Random(seed);
        List<byte[]> values = Stream.generate(() -> kind.next().apply(random))
                .limit(count)
                .map(document -> document.getBytes(StandardCharsets.UTF_8))
                .toList();
        System.out.printf(
                "%s: %,d bytes on average, for example %s%n",
                kind.name(),
                (long) values.stream().mapToInt(value -> value.length).average().orElseThrow(),
                new String(values.get(0), StandardCharsets.UTF_8));
        Dataset<Row> documents =
                spark.createDataset(values, Encoders.BINARY()).toDF("value").persist();
        documents.count();
        return documents;
    }

    private static List<Contender> contenders(LargeJson kind) {
        return List.of(
                new Contender(kind.name(), "bytes only", rows -> rows),
                new Contender(kind.name(), "from_json", rows -> fromJson(rows, kind)),
                new Contender(
                        kind.name(),
                        "jsonFields",
                        rows -> jsonFields(rows, kind).drop("value")));
    }

    /** Selects the struct first, then its fields, so that Spark parses each row once. */
    private static Dataset<Row> fromJson(Dataset<Row> rows, LargeJson kind) {
        return rows.select(from_json(text(), StructType.fromDDL(kind.schema())).as("json"))
                .select(kind.fields().stream()
                        .map(field -> col("json." + field).as(column(field)))
                        .toArray(Column[]::new));
    }

    private static Dataset<Row> jsonFields(Dataset<Row> rows, LargeJson kind) {
        JsonFields transform = Transforms.jsonFields("value");
        for (String field : kind.fields()) {
            transform = transform.string(column(field), "$." + field);
        }
        return rows.transform(transform);
    }

    private static long differences(Dataset<Row> rows, LargeJson kind) {
        Dataset<Row> ours = jsonFields(rows, kind);
        return kind.fields().stream()
                .mapToLong(field -> ours.where(
                                not(col(column(field)).eqNullSafe(get_json_object(text(), "$." + field))))
                        .count())
                .sum();
    }

    private static String column(String field) {
        return field.replace('.', '_');
    }

    private static Column text() {
        return col("value").cast(DataTypes.StringType);
    }
}
