package io.millrace.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The upper limit: plain Java on one connection, with rows in memory, without Spark. */
final class PlainJdbc {
    private static final long EPOCH_MICROS = 946_684_800_000_000L;
    private static final String UPDATE =
            " ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, amount = EXCLUDED.amount, at = EXCLUDED.at,"
                    + " score = EXCLUDED.score, doc = EXCLUDED.doc";

    private PlainJdbc() {}

    /** Copies rows to the table by binary COPY. */
    static void copy(Connection connection, List<Row> rows) throws SQLException, IOException {
        copyInto(connection, "bench", rows);
        connection.commit();
    }

    /** Copies rows to a temporary table by binary COPY, then merges them by INSERT .. ON CONFLICT in key order. */
    static void copyAndMerge(Connection connection, List<Row> rows) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL work_mem = '64MB'");
            statement.execute("CREATE TEMPORARY TABLE staged (LIKE bench) ON COMMIT DROP");
            copyInto(connection, "staged", rows);
            statement.execute("INSERT INTO bench SELECT * FROM staged ORDER BY id" + UPDATE);
        }
        connection.commit();
    }

    /** Upserts arrays of 5,000 rows, sorted by key. */
    static void unnest(Connection connection, List<Row> rows) throws SQLException {
        Row[] sorted = rows.toArray(new Row[0]);
        Arrays.sort(sorted, Comparator.comparingLong(row -> row.getLong(0)));
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO bench SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::timestamptz[],"
                        + " ?::float8[], ?::jsonb[])" + UPDATE)) {
            for (int from = 0; from < sorted.length; from += 5_000) {
                bind(connection, upsert, Arrays.copyOfRange(sorted, from, Math.min(sorted.length, from + 5_000)));
                upsert.executeUpdate();
            }
        }
        connection.commit();
    }

    private static void bind(Connection connection, PreparedStatement upsert, Row[] rows) throws SQLException {
        String[] types = {"int8", "text", "int8", "timestamptz", "float8", "text"};
        for (int column = 0; column < types.length; column++) {
            Object[] values = new Object[rows.length];
            for (int row = 0; row < rows.length; row++) {
                values[row] = rows[row].get(column);
            }
            Array array = connection.createArrayOf(types[column], values);
            upsert.setArray(column + 1, array);
        }
    }

    private static void copyInto(Connection connection, String table, List<Row> rows) throws SQLException, IOException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + table + " FROM STDIN (FORMAT binary)");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 17);
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(new byte[] {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0});
        for (Row row : rows) {
            encode(row, out);
            if (bytes.size() > 1 << 16) {
                copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
                bytes.reset();
            }
        }
        out.writeShort(-1);
        copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
        copy.endCopy();
    }

    private static void encode(Row row, DataOutputStream out) throws IOException {
        out.writeShort(6);
        number(out, row.getLong(0));
        text(out, row.getString(1), false);
        number(out, row.getLong(2));
        Timestamp at = row.getTimestamp(3);
        number(out, Math.floorDiv(at.getTime(), 1000L) * 1_000_000 + at.getNanos() / 1000 - EPOCH_MICROS);
        number(out, Double.doubleToLongBits(row.getDouble(4)));
        text(out, row.getString(5), true);
    }

    private static void number(DataOutputStream out, long value) throws IOException {
        out.writeInt(8);
        out.writeLong(value);
    }

    private static void text(DataOutputStream out, String value, boolean jsonb) throws IOException {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length + (jsonb ? 1 : 0));
        if (jsonb) {
            out.writeByte(1);
        }
        out.write(utf8);
    }
}
