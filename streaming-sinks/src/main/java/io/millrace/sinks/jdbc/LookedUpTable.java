package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.sinks.jdbc.dialect.LookupSql;
import io.millrace.sinks.jdbc.lookup.LookupKeys;
import io.millrace.sinks.jdbc.lookup.LookupTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;

/**
 * A table whose rows are looked up.
 *
 * @param columns the columns that are read, as Spark reads them; after them the keys, if the whole table is read
 * @param width how many of them are not keys
 * @param isMarked whether a row has room for a mark
 */
record LookedUpTable(
        Database database,
        String name,
        LookupSql sql,
        StructType columns,
        int width,
        boolean isMarked,
        Duration retryFor)
        implements LookupTable {
    private static final String NUMBER = "number";
    private static final int ROWS_AT_ONCE = 5_000;

    @Override
    public boolean takes(List<Object> key) {
        return sql.takes(key);
    }

    @Override
    public Found find(List<List<Object>> keys) {
        Retries retries = Retries.ofLookups(database, retryFor);
        List<@Nullable InternalRow> rows = retries.inTransaction(what(), connection -> rows(connection, keys));
        return new Found(rows, (int) retries.counts().of(WriteCounts.Metric.RETRIES));
    }

    private List<@Nullable InternalRow> rows(Connection connection, List<List<Object>> keys) throws SQLException {
        @Nullable InternalRow[] rows = new InternalRow[keys.size()];
        try (PreparedStatement query = sql.query(connection, keys);
                ResultSet found = query.executeQuery()) {
            Iterator<InternalRow> all =
                    SparkLine.jdbcRows(found, database.dialect().sparkUrl(), numbered());
            while (all.hasNext()) {
                InternalRow row = all.next();
                int key = (int) row.getLong(0);
                if (rows[key] != null) {
                    throw twice();
                }
                rows[key] = values(row, 1);
            }
        }
        return Arrays.asList(rows);
    }

    @Override
    public Whole all(int limit) {
        Retries retries = Retries.ofLookups(database, retryFor);
        Map<Object, InternalRow> rows = retries.inTransaction(what(), connection -> all(connection, limit));
        return new Whole(rows, (int) retries.counts().of(WriteCounts.Metric.RETRIES));
    }

    private Map<Object, InternalRow> all(Connection connection, int limit) throws SQLException {
        Map<Object, InternalRow> rows = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(sql.wholeTable())) {
            query.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet found = query.executeQuery()) {
                Iterator<InternalRow> all =
                        SparkLine.jdbcRows(found, database.dialect().sparkUrl(), columns);
                while (all.hasNext()) {
                    InternalRow row = all.next();
                    List<Object> key = LookupKeys.plain(row, columns, width);
                    if (key != null && rows.put(comparable(key), values(row, 0)) != null) {
                        throw twice();
                    }
                    if (rows.size() > limit) {
                        throw new SinkFailure(tooLarge(name, limit), FailureKind.SCHEMA_CHANGED);
                    }
                }
            }
        }
        return rows;
    }

    static String tooLarge(Object name, int limit) {
        return "\"" + name + "\" has more than " + limit + " rows, and wholeTable() keeps no more than cacheAtMost(...)"
                + " allows";
    }

    @Override
    public Object comparable(List<Object> key) {
        List<Object> comparable = new ArrayList<>(key.size());
        for (int part = 0; part < key.size(); part++) {
            comparable.add(sql.form(part).orElseThrow().apply(key.get(part)));
        }
        return comparable.size() == 1 ? comparable.get(0) : comparable;
    }

    private SinkFailure twice() {
        return new SinkFailure(
                what() + " found two rows of one key, which would give rows of the stream twice. Make its unique"
                        + " index one that compares keys as the column does.",
                FailureKind.SCHEMA_CHANGED);
    }

    private StructType numbered() {
        StructType numbered = new StructType().add(NUMBER, DataTypes.LongType);
        for (StructField field : Arrays.asList(columns.fields()).subList(0, width)) {
            numbered = numbered.add(field);
        }
        return numbered;
    }

    private InternalRow values(InternalRow row, int first) {
        Object[] values = new Object[width + (isMarked ? 1 : 0)];
        for (int index = 0; index < width; index++) {
            values[index] = row.get(index + first, columns.fields()[index].dataType());
        }
        if (isMarked) {
            values[width] = false;
        }
        return new GenericInternalRow(values);
    }

    private String what() {
        return "Look-up in \"" + name + "\"";
    }
}
