package io.millrace.testkit;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.window;

import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of these tests, and the query that most of them run. */
record Hit(String zip, Instant time) {
    static Hit hit(String zip, String time) {
        return new Hit(zip, StreamKit.at(time));
    }

    /** Hits in windows of ten minutes, which wait ten minutes for stragglers: window, zip, hits. */
    static Dataset<Row> windowed(Input<Hit> hits) {
        return hits.rows()
                .withWatermark("time", "10 minutes")
                .groupBy(window(col("time"), "10 minutes"), col("zip"))
                .agg(count(lit(1)).as("hits"));
    }
}
