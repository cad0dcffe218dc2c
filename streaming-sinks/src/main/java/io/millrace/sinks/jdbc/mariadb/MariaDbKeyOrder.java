package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/** Orders rows by their keys: in the same order for every task, whether or not it is that of the server. */
final class MariaDbKeyOrder implements Comparator<Row> {
    private final int[] columns;

    MariaDbKeyOrder(List<PlannedColumn> columns) {
        this.columns = PlannedColumn.keys(columns).stream()
                .mapToInt(PlannedColumn::index)
                .toArray();
    }

    @Override
    public int compare(Row left, Row right) {
        for (int column : columns) {
            int order = ordered(left.get(column), right.get(column));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    // A key is never NULL, and its values are of one of Spark's orderable types.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int ordered(Object left, Object right) {
        return left instanceof byte[] bytes
                ? Arrays.compareUnsigned(bytes, (byte[]) right)
                : ((Comparable) left).compareTo(right);
    }
}
