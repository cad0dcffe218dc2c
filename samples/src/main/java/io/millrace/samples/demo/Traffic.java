package io.millrace.samples.demo;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import org.apache.spark.sql.Column;

/** The demo's job: counts page hits from Kafka by ZIP code and window, and writes the counts to PostgreSQL. */
final class Traffic {
    /** The name of the metrics of each micro-batch: the rows {@code read}, and the {@code malformed} ones. */
    static final String METRICS = "hits";

    static final String TABLE = "zip_traffic";
    static final String TABLE_DDL = tableDdl(TABLE);

    private Traffic() {}

    static String tableDdl(String table) {
        return "create table " + table + " (window_start timestamptz not null, window_end timestamptz"
                + " not null, zip text not null, count bigint not null, primary key (window_start, zip))";
    }

    static Pipeline from(Source hits, Sink counts) {
        return Pipeline.named("zip-traffic")
                .from(hits)
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(withoutMalformed())
                .via(Transforms.withWatermark("hittime", ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .startingAt(ofMinutes(2))
                        .by("zip"))
                .to(counts)
                .outputMode(OutputModes.update());
    }

    private static Transform withoutMalformed() {
        Column malformed = col("zip").isNull().or(col("hittime").isNull());
        return rows -> rows.observe(
                        METRICS,
                        count(lit(1)).as("read"),
                        count(when(malformed, 1)).as("malformed"))
                .where(not(malformed));
    }
}
