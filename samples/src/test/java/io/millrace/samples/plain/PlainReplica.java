package io.millrace.samples.plain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;

/** The job of the sample {@code Replica} in plain Spark. */
public final class PlainReplica {
    private static final StructType CHANGE =
            StructType.fromDDL("id BIGINT, position BIGINT, deleted BOOLEAN, name STRING, city STRING");
    private static final int ROWS_PER_FLUSH = 1_000;
    private static final String UPSERT = """
            insert into people (id, position, deleted, name, city) values (?, ?, ?, ?, ?)
            on conflict (id) do update set position = excluded.position, deleted = excluded.deleted,
            name = excluded.name, city = excluded.city where people.position < excluded.position""";

    private PlainReplica() {}

    public static Dataset<Row> source(SparkSession spark, String brokers, String topic) {
        return spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", brokers)
                .option("subscribe", topic)
                .option("startingOffsets", "earliest")
                .load()
                .select(from_json(col("value").cast("string"), CHANGE, Map.of("mode", "FAILFAST"))
                        .as("change"))
                .select("change.*");
    }

    public static DataStreamWriter<Row> writer(
            Dataset<Row> changes, String url, String user, String password, String checkpoint) {
        ForeachPartitionFunction<Row> upsert = rows -> upsert(rows, url, user, password);
        // By key and sorted, so that no two tasks wait for each other's locks.
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) ->
                batch.repartition(col("id")).sortWithinPartitions("id").foreachPartition(upsert);
        return changes.writeStream()
                .queryName("replica")
                .option("checkpointLocation", checkpoint)
                .foreachBatch(write);
    }

    private static void upsert(Iterator<Row> rows, String url, String user, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            connection.setAutoCommit(false);
            int pending = 0;
            while (rows.hasNext()) {
                Row row = rows.next();
                for (int column = 0; column < row.length(); column++) {
                    statement.setObject(column + 1, row.get(column));
                }
                statement.addBatch();
                if (++pending % ROWS_PER_FLUSH == 0) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
            connection.commit();
        }
    }
}
