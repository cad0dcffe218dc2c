package io.millrace.sinks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** An upsert whose columns have been found and whose statements are frozen; what the executors get. */
record UpsertPlan(
        Database database, TableName table, FlushLimits limits, List<PlannedColumn> columns, PostgresUpsertSql sql)
        implements Serializable {
    /** The key of a row, with the equality of the database. */
    Object keyOf(Row row) {
        List<Object> parts = new ArrayList<>(2);
        for (int column = 0; column < columns.size(); column++) {
            if (columns.get(column).key()) {
                parts.add(keyPart(row, column));
            }
        }
        return parts.size() == 1 ? parts.get(0) : parts;
    }

    private Object keyPart(Row row, int column) {
        Object value = row.get(column);
        if (value == null) {
            throw new IllegalStateException("Cannot upsert into \"" + table + "\": key column \""
                    + columns.get(column).name() + "\" is NULL in a row. Filter such rows out, or name other keys.");
        }
        return value instanceof byte[] bytes ? java.nio.ByteBuffer.wrap(bytes) : value;
    }

    /** Bytes that a row holds, roughly: what varies is counted, the rest is taken as 16 a column. */
    long weightOf(Row row) {
        long weight = 16L * columns.size();
        for (int column = 0; column < columns.size(); column++) {
            Object value = row.get(column);
            if (value instanceof String text) {
                weight += text.length();
            } else if (value instanceof byte[] bytes) {
                weight += bytes.length;
            } else if (value instanceof scala.collection.Seq<?> elements) {
                weight += 16L * elements.size();
            }
        }
        return weight;
    }
}
