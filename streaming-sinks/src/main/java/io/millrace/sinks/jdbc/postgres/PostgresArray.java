package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.io.Serial;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/** A column of many rows as an array in PostgreSQL's binary format, with the values encoded as for COPY. */
final class PostgresArray extends PGobject implements PGBinaryObject {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Object ids of array types, by the type in which elements are sent. The driver sends no other array in binary by
     * itself.
     */
    private static final Map<String, Integer> ARRAYS = Map.ofEntries(
            Map.entry("int2", 1005),
            Map.entry("int4", 1007),
            Map.entry("int8", 1016),
            Map.entry("float4", 1021),
            Map.entry("float8", 1022),
            Map.entry("numeric", 1231),
            Map.entry("bool", 1000),
            Map.entry("text", 1009),
            Map.entry("jsonb", 3807),
            Map.entry("bytea", 1001),
            Map.entry("date", 1182),
            Map.entry("timestamp", 1115),
            Map.entry("timestamptz", 1185),
            Map.entry("interval", 1187));

    /** The object ids of array types that the driver must be configured to send in binary. */
    static final String OBJECT_IDS = String.join(
            ",", ARRAYS.values().stream().map(String::valueOf).sorted().toList());

    private final PostgresBuffer buffer;

    private PostgresArray(String type, PostgresBuffer buffer) {
        setType(type);
        this.buffer = buffer;
    }

    /** Whether the values of a column can be sent as an array. */
    static boolean holds(PlannedColumn column) {
        return ARRAYS.containsKey(PostgresCodecs.of(column).stagedType());
    }

    static PostgresArray of(PlannedColumn column, List<Row> rows) throws InvalidValueException {
        PostgresCodec codec = PostgresCodecs.of(column);
        PostgresBuffer buffer = new PostgresBuffer(32 + 16 * rows.size());
        buffer.int32(1);
        buffer.int32(1);
        buffer.int32(codec.oid());
        buffer.int32(rows.size());
        buffer.int32(1);
        for (Row row : rows) {
            PostgresCopy.encode(row.get(column.index()), column, codec.writer(), buffer);
        }
        return new PostgresArray("_" + codec.stagedType(), buffer);
    }

    @Override
    public int lengthInBytes() {
        return buffer.size();
    }

    @Override
    public void toBytes(byte[] bytes, int offset) {
        System.arraycopy(buffer.bytes(), 0, bytes, offset, buffer.size());
    }

    @Override
    public void setByteValue(byte[] value, int offset) {
        throw new UnsupportedOperationException("an array of a flush can only be sent");
    }
}
