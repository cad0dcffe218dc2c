package io.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;

/** A sink with a key of two columns, deletes and many types passes; it keeps the last batch that it knows. */
class OwnColumnsTest extends SinkContract {
    private static final StructType COLUMNS_OF_ALL_TYPES = StructType.fromDDL(
            "area INT NOT NULL, code STRING NOT NULL, deleted BOOLEAN, flag BOOLEAN, tiny TINYINT, small SMALLINT,"
                    + " price DECIMAL(38,10), ratio FLOAT, day DATE, at TIMESTAMP, local TIMESTAMP_NTZ, raw BINARY,"
                    + " tags ARRAY<STRING>, fields STRUCT<a: INT, b: STRING>");

    private final Map<List<Object>, Row> table = new HashMap<>();
    private long last = -1;

    @Override
    protected Promise promise() {
        return Promise.UPSERT;
    }

    @Override
    protected StructType columns() {
        return COLUMNS_OF_ALL_TYPES;
    }

    @Override
    protected List<String> keys() {
        return List.of("area", "code");
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> write(batch.collectAsList(), id);
        return rows.writeStream().foreachBatch(write);
    }

    private void write(List<Row> rows, long batch) {
        if (batch < last) {
            return;
        }
        last = batch;
        for (Row row : rows) {
            List<Object> key = List.of(row.get(0), row.get(1));
            if (row.getBoolean(2)) {
                table.remove(key);
            } else {
                table.put(key, row);
            }
        }
    }

    @Override
    protected List<Row> target() {
        return table.values().stream().map(OwnColumnsTest::withoutDeleted).toList();
    }

    private static Row withoutDeleted(Row row) {
        List<Object> values = new ArrayList<>();
        for (int column = 0; column < row.length(); column++) {
            if (column != 2) {
                values.add(row.get(column));
            }
        }
        return StreamKit.row(values.toArray());
    }

    @Override
    protected void reset() {
        table.clear();
        last = -1;
    }
}
