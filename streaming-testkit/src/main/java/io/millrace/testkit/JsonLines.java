package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Parses lines of JSON to rows of a schema with Spark's own reader. */
final class JsonLines {
    private final SparkSession spark;
    private final StructType schema;

    JsonLines(SparkSession spark, StructType schema) {
        this.spark = spark;
        this.schema = schema;
    }

    List<EncodedRow> parse(List<String> lines) {
        List<Row> rows = new ArrayList<>();
        for (String line : lines) {
            rows.add(parse(line));
        }
        return rows.stream().map(SparkRowInternals.encoder(schema)).toList();
    }

    private Row parse(String line) {
        try {
            return spark.createDataset(List.of(line), Encoders.STRING())
                    .select(functions.from_json(functions.col("value"), schema, Map.of("mode", "FAILFAST")))
                    .head()
                    .getStruct(0);
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
            throw new IllegalArgumentException(
                    "This line is not JSON of " + schema.toDDL() + ": " + RowText.value(line), e);
        }
    }
}
