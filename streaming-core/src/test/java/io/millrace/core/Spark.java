package io.millrace.core;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** The one session of this JVM, and rows to try things on. */
final class Spark {
    private Spark() {}

    static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("streaming-core")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate();
    }

    /** A stream that no test has to feed: {@code timestamp} and {@code value}, a bigint. */
    static Dataset<Row> rate() {
        return session().readStream().format("rate").load();
    }

    /** The rows of a query in Spark's SQL. */
    static Dataset<Row> sql(String query) {
        return session().sql(query);
    }

    /** Each row as text, in Spark's time zone and not in that of the JVM. */
    static List<String> lines(Dataset<Row> rows) {
        Column[] texts = Arrays.stream(rows.columns())
                .map(name -> rows.col(name).cast(DataTypes.StringType))
                .toArray(Column[]::new);
        return rows.select(texts).collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    static String physicalPlan(Dataset<Row> rows) {
        return rows.queryExecution().executedPlan().canonicalized().toString();
    }
}
