package io.millrace.chaos;

import java.io.Serial;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The writer for bugs of {@code foreach} sinks; commits in {@code close}. */
final class PlantedWriter extends ForeachWriter<Row> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Bug bug;
    private final String url;
    private final String user;
    private final String password;
    private final List<Row> rows = new ArrayList<>();
    private transient @Nullable Connection connection;

    PlantedWriter(Bug bug, Target target) {
        this.bug = bug;
        this.url = target.url();
        this.user = target.user();
        this.password = target.password();
    }

    @Override
    public boolean open(long partition, long epoch) {
        rows.clear();
        try {
            connection = PlantedSink.connect(new Target(url, user, password));
            return bug != Bug.DEDUP_ON_PARTITION_AND_EPOCH || claim(connection, partition, epoch);
        } catch (SQLException e) {
            if (bug == Bug.OPEN_RETURNS_FALSE) {
                return false;
            }
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void process(Row row) {
        rows.add(row);
    }

    @Override
    public void close(@Nullable Throwable error) {
        try (Connection ending = connection) {
            connection = null;
            if (ending != null && error == null && !rows.isEmpty()) {
                write(ending);
                ending.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(Connection ending) throws SQLException {
        if (bug == Bug.UNGUARDED_UPSERT) {
            upsert(ending);
        } else {
            PlantedSink.insert(ending, rows);
        }
    }

    private void upsert(Connection ending) throws SQLException {
        String sql = "INSERT INTO latest (partition, \"offset\", key, amount) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO"
                + " UPDATE SET \"offset\" = EXCLUDED.\"offset\", amount = EXCLUDED.amount";
        try (PreparedStatement upsert = ending.prepareStatement(sql)) {
            for (Row row : rows) {
                upsert.setInt(1, row.getInt(0));
                upsert.setLong(2, row.getLong(1));
                upsert.setInt(3, row.getInt(2));
                upsert.setLong(4, row.getLong(3));
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    private static boolean claim(Connection connection, long partition, long epoch) throws SQLException {
        String query = TaskContext.get().getLocalProperty("sql.streaming.queryId");
        return PlantedSink.claim(connection, query + "/" + partition, epoch);
    }
}
