package io.millrace.sinks.jdbc;

import io.millrace.core.Sink;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQueryException;

/** A driver that prints every error of tables that refuse its rows. */
final class CanaryDriver {
    /** Built for each row, so that it is not in a plan. */
    private static final String WORD = "chr(99 + value * 0) || 'anary-' || value";

    private CanaryDriver() {}

    /** Arguments: URL, directory of the checkpoints, tables with all columns of the stream. */
    public static void main(String[] arguments) {
        Database database = ChildDriver.database(arguments[0]);
        boolean arrays = database.dialect().mergesDeadLetters();
        List<String> tables = Arrays.asList(arguments).subList(2, arguments.length);
        int failed = 0;
        for (int index = 0; index < tables.size(); index++) {
            JdbcTarget target = Sinks.jdbc(database).table(tables.get(index)).retryFor(Duration.ofMillis(50));
            Path checkpoints = Path.of(arguments[1], tables.get(index));
            failed += fails(target.upsertOn("id"), rows(1, index % 2 == 0 && arrays), checkpoints.resolve("upsert"));
            failed += index % 3 == 0
                    ? fails(target.appendExactlyOnce(), rows(1, arrays), checkpoints.resolve("append"))
                    : fails(target.upsertExactlyOnce("id"), rows(2, arrays), checkpoints.resolve("exact"));
        }
        System.out.println("failed=" + failed + " of " + 2 * tables.size());
        System.exit(failed == 2 * tables.size() ? 0 : 1);
    }

    private static Dataset<Row> rows(int partitions, boolean arrays) {
        String words = "array(" + WORD + ") AS words";
        String[] columns = {
            WORD + " AS id",
            WORD + " AS value",
            "'{\"bird\":\"' || " + WORD + " || '\"}' AS doc",
            "cast(" + WORD + " AS binary) AS raw",
            "cast(reverse('7411741174' || substr(cast(value AS string), 1, 0)) AS bigint) AS number",
            words
        };
        return Batches.stream(partitions, Arrays.copyOf(columns, arrays ? 6 : 5));
    }

    private static int fails(Sink sink, Dataset<Row> rows, Path checkpoint) {
        System.out.println(sink.describe());
        try {
            Batches.batch(sink.write(rows), checkpoint);
            System.out.println("was written");
            return 0;
        } catch (StreamingQueryException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            System.out.println(trace);
            return 1;
        }
    }
}
