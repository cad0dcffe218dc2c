package io.millrace.sinks;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first rows of a batch as text, and the number of all its rows. Runs the whole batch, since a batch that ran in
 * part would leave state and watermark incomplete.
 */
record RowSample(long total, List<List<String>> rows) {
    static RowSample of(Dataset<Row> batch, int limit) {
        List<Part> parts = texts(batch)
                .javaRDD()
                .mapPartitions(rows -> List.of(Part.of(rows, limit)).iterator())
                .collect();
        return new RowSample(
                parts.stream().mapToLong(part -> part.total).sum(),
                parts.stream().flatMap(part -> part.rows.stream()).limit(limit).toList());
    }

    /** All columns as texts. */
    static Dataset<Row> texts(Dataset<Row> batch) {
        // By position: two columns may have one name.
        String[] names = IntStream.range(0, batch.columns().length)
                .mapToObj(position -> "c" + position)
                .toArray(String[]::new);
        Dataset<Row> named = batch.toDF(names);
        return named.select(
                Arrays.stream(names).map(name -> named.col(name).cast("string")).toArray(Column[]::new));
    }

    private static final class Part implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final ArrayList<List<String>> rows = new ArrayList<>();
        private long total;

        static Part of(Iterator<Row> rows, int limit) {
            Part part = new Part();
            while (rows.hasNext()) {
                Row row = rows.next();
                part.total++;
                if (part.total <= limit) {
                    part.rows.add(texts(row));
                }
            }
            return part;
        }

        private static List<String> texts(Row row) {
            List<String> texts = new ArrayList<>();
            for (int column = 0; column < row.length(); column++) {
                texts.add(row.isNullAt(column) ? "NULL" : row.getString(column));
            }
            return texts;
        }
    }
}
