package io.millrace.samples;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;

import io.millrace.core.Transforms;
import java.io.Serial;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The code of docs/from-hand-written-spark.md: typical handwritten code, and its replacement. */
final class HandWritten {
    private HandWritten() {}

    static Dataset<Row> fieldsByHand(Dataset<Row> hits) {
        return hits.selectExpr(
                "get_json_object(cast(value as string), '$.zip') as zip",
                "get_json_object(cast(value as string), '$.hittime') as hittime");
    }

    static Dataset<Row> fields(Dataset<Row> hits) {
        return hits.transform(
                Transforms.jsonFields("value").string("zip", "$.zip").string("hittime", "$.hittime"));
    }

    static Dataset<Row> windowsByHand(Dataset<Row> hits) {
        return hits.withWatermark("hittime", "10 minutes")
                .groupBy(window(col("hittime"), "10 minutes", "5 minutes", "2 minutes"), col("zip"))
                .count();
    }

    static Dataset<Row> windows(Dataset<Row> hits) {
        return hits.transform(Transforms.withWatermark("hittime", ofMinutes(10)))
                .transform(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .startingAt(ofMinutes(2))
                        .by("zip"));
    }

    /** A typical copied writer, with its bugs. */
    // The missing null checks are among the bugs.
    @SuppressWarnings("NullAway")
    static final class Writer extends ForeachWriter<Row> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String url;
        private transient Connection connection;

        Writer(String url) {
            this.url = url;
        }

        @Override
        public boolean open(long partition, long epoch) {
            try {
                connection = DriverManager.getConnection(url, "shop", "hunter2");
                return true;
            } catch (SQLException e) {
                return false;
            }
        }

        @Override
        public void process(Row row) {
            try (PreparedStatement insert = connection.prepareStatement("insert into zip_hits values (?, ?)")) {
                insert.setString(1, row.getString(0));
                insert.setLong(2, row.getLong(1));
                insert.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close(@Nullable Throwable error) {
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
