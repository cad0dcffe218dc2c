package io.millrace.core;

import io.millrace.core.internal.spark.CheckpointManager;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** The session of this JVM, and rows for tests. */
public final class Spark {
    private Spark() {}

    public static SparkSession session() {
        return SparkSession.builder()
                .master("local[4]")
                .appName("streaming-core")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.hadoop.fs.file.impl", BareLocalFileSystem.class.getName())
                .config("spark.sql.streaming.checkpointFileManagerClass", CheckpointManager.ON_FILE_SYSTEMS)
                .config("spark.sql.codegen.wholeStage", "false")
                .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                .getOrCreate();
    }

    /** A stream that no test has to feed: {@code timestamp} and {@code value}, a bigint. */
    static Dataset<Row> rate() {
        return session().readStream().format("rate").load();
    }

    /** A stream that a test feeds; its column is {@code value}. */
    static <T> MemoryInput<T> memory(Encoder<T> encoder) {
        return new MemoryInput<>(session(), encoder);
    }

    /** Adds {@code values} to {@code stream}. */
    static <T> void feed(MemoryInput<T> stream, List<T> values) {
        stream.add(values);
    }

    /** The rows of a query in Spark's SQL. */
    public static Dataset<Row> sql(String query) {
        return session().sql(query);
    }

    /** Each row as text, in Spark's time zone and not in that of the JVM. */
    public static List<String> lines(Dataset<Row> rows) {
        Column[] texts = Arrays.stream(rows.columns())
                .map(name -> rows.col("`" + name + "`").cast(DataTypes.StringType))
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
