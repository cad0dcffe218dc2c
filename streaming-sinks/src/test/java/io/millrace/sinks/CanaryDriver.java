package io.millrace.sinks;

import io.millrace.core.Sink;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQueryException;

/** A driver whose rows the table refuses, and which prints all that it hears of it. */
final class CanaryDriver {
    private CanaryDriver() {}

    /** URL, checkpoint. */
    public static void main(String[] arguments) {
        JdbcTarget target = Sinks.jdbc(ChildDriver.database(arguments[0])).table("caged");
        // The word is put together row by row, so that no plan holds it.
        Dataset<Row> rows =
                Batches.stream(2, "cast(value AS int) AS id", "chr(99 + value * 0) || 'anary-' || value AS value");
        fail(target.upsertOn("id"), rows, Path.of(arguments[1], "upsert"));
        fail(target.appendExactlyOnce(), rows, Path.of(arguments[1], "append"));
    }

    private static void fail(Sink sink, Dataset<Row> rows, Path checkpoint) {
        System.out.println(sink.describe());
        try {
            Batches.batch(sink.write(rows), checkpoint);
        } catch (StreamingQueryException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            System.out.println(trace);
        }
    }
}
