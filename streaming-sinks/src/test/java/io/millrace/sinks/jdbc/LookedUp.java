package io.millrace.sinks.jdbc;

import static io.millrace.sinks.TestStreams.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Rows before and after a look-up. */
final class LookedUp {
    private LookedUp() {}

    /** One row for each value of the column {@code key}, which has this type; they are one task's. */
    static Dataset<Row> keys(String type, @Nullable Object... keys) {
        List<Row> rows = new ArrayList<>();
        for (Object key : keys) {
            rows.add(Server.row(rows.size(), key));
        }
        return session()
                .createDataFrame(rows, new StructType().add("n", "int").add("key", type))
                .coalesce(1);
    }

    /** The rows after a look-up in their order, each as its values joined by a bar, without the number. */
    static List<String> rows(JdbcLookup lookup, Dataset<Row> keys) {
        return rows(lookup.apply(keys).drop("n"));
    }

    static List<String> rows(Dataset<Row> rows) {
        return Arrays.stream((Row[]) rows.collect())
                .map(row -> row.mkString("|"))
                .toList();
    }
}
