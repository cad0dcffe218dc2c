package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Parses lines of JSON to rows of a schema with Spark's own reader, and refuses what that would change. */
final class JsonLines {
    private final SparkSession spark;
    private final StructType schema;
    private final Function<Row, EncodedRow> encoder;

    JsonLines(SparkSession spark, StructType schema) {
        this.spark = spark;
        this.schema = schema;
        this.encoder = SparkRowInternals.encoder(schema);
    }

    EncodedRow row(String line) {
        Row row = parse(line);
        String problem = JsonChecks.problem(line, schema);
        if (problem != null) {
            throw new IllegalArgumentException("This line " + problem + ": " + RowText.value(line));
        }
        return encoder.apply(row);
    }

    private Row parse(String line) {
        try {
            Row parsed = spark.createDataset(List.of(line), Encoders.STRING())
                    .select(functions.from_json(functions.col("value"), schema, Map.of("mode", "FAILFAST")))
                    .head();
            if (!parsed.isNullAt(0)) {
                return parsed.getStruct(0);
            }
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
            throw refusal(line, e);
        }
        throw refusal(line, null); // An empty line.
    }

    private IllegalArgumentException refusal(String line, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "This line is not JSON of " + schema.toDDL() + ": " + RowText.value(line), cause);
    }
}
