package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.upper;
import static org.apache.spark.sql.functions.window;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** A test of a streaming query, which adds rows in each step and runs their batches. */
enum BatchScenario {
    STATELESS(1) {
        @Override
        Dataset<Row> query(Dataset<Row> rows) {
            return rows.filter(col("zip").notEqual("zip 0")).withColumn("upper", upper(col("zip")));
        }
    },
    /** Each step closes the window of the previous one, in a batch without data after the batch with the rows. */
    AGGREGATED(2) {
        @Override
        Dataset<Row> query(Dataset<Row> rows) {
            return rows.withWatermark("time", "0 seconds")
                    .groupBy(window(col("time"), "10 minutes"), col("zip"))
                    .agg(count(lit(1)).as("hits"));
        }
    };

    static final StructType COLUMNS = StructType.fromDDL("zip STRING, time TIMESTAMP");

    private static final int ROWS = 10;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final int batchesPerStep;

    BatchScenario(int batchesPerStep) {
        this.batchesPerStep = batchesPerStep;
    }

    abstract Dataset<Row> query(Dataset<Row> rows);

    int batchesPerStep() {
        return batchesPerStep;
    }

    List<Row> rows(int step) {
        Timestamp time = Timestamp.from(START.plusSeconds(600L * step));
        return LongStream.range(0, ROWS)
                .mapToObj(row -> RowFactory.create("zip " + row, time))
                .toList();
    }
}
