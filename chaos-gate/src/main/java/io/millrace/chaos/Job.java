package io.millrace.chaos;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.udf;

import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;

/**
 * The query under test, the same in this JVM and in a child.
 *
 * @param partitions the partitions of the topic that it reads
 * @param points the name of the fail points that tasks pass
 * @param checkpoint a URL of a Hadoop file system
 */
record Job(
        Subject subject,
        Target target,
        String bootstrapServers,
        String topic,
        List<Integer> partitions,
        String checkpoint,
        String points) {
    /** The batch number of a continuous query, which has epochs instead. */
    private static final long NO_BATCH = -1;

    private static final int TOUCH = 50;
    private static final long RECORDS_PER_BATCH = 2_000;

    /** @param readers how many tasks read the topic; if more than partitions, Spark splits partitions between tasks */
    StreamingQuery start(SparkSession spark, int readers) {
        try {
            return subject.write(rows(spark, readers), target)
                    .option("checkpointLocation", checkpoint)
                    .start();
        } catch (TimeoutException e) {
            throw new IllegalStateException("The query did not start in time", e);
        }
    }

    /** Returns command-line arguments for all but the password; {@link #of} parses them. */
    List<String> arguments() {
        String numbers = partitions.stream().map(String::valueOf).collect(Collectors.joining(","));
        return List.of(
                subject.toString(), target.url(), target.user(), bootstrapServers, topic, numbers, checkpoint, points);
    }

    static Job of(List<String> arguments, String password) {
        return new Job(
                Subject.named(arguments.get(0)),
                new Target(arguments.get(1), arguments.get(2), password),
                arguments.get(3),
                arguments.get(4),
                Stream.of(arguments.get(5).split(",", -1)).map(Integer::valueOf).toList(),
                arguments.get(6),
                arguments.get(7));
    }

    private Dataset<Row> rows(SparkSession spark, int readers) {
        Column value = split(col("value").cast("string"), ":");
        Dataset<Row> records = Sources.kafka(bootstrapServers)
                .partitions(
                        topic, partitions.stream().mapToInt(Integer::intValue).toArray())
                .startingFrom(Offsets.earliest())
                .maxOffsetsPerTrigger(RECORDS_PER_BATCH)
                .option("minPartitions", Integer.toString(leastTasks(readers)))
                .load(spark);
        return (readers < partitions.size() ? records.coalesce(readers) : records)
                .select(
                        col("partition"),
                        touched(points).apply(col("offset")).as("offset"),
                        value.getItem(0).cast("int").as("key"),
                        value.getItem(1).cast("bigint").as("amount"),
                        batch().apply().as("batch"),
                        query().apply().as("query"),
                        attempt().apply().as("attempt"));
    }

    /**
     * Returns the value of {@code minPartitions}. If a batch has records of two partitions only, four would split each
     * of them, and the order of the events of a key would be undefined. One keeps the partitions as they are.
     */
    int leastTasks(int readers) {
        return readers > partitions.size() ? readers : 1;
    }

    private static UserDefinedFunction touched(String points) {
        UDF1<Long, Long> touch = offset -> touch(points, offset);
        return udf(touch, DataTypes.LongType).asNondeterministic();
    }

    private static long touch(String points, long offset) throws IOException {
        if (offset % TOUCH == 0) {
            FailPoints.named(points).reach("task row", null);
        }
        return offset;
    }

    // The local properties of Spark 3.5, read here rather than from the sinks, which are under test.
    private static UserDefinedFunction batch() {
        UDF0<Long> batch = () -> {
            String id = TaskContext.get().getLocalProperty("streaming.sql.batchId");
            return id == null ? NO_BATCH : Long.parseLong(id);
        };
        return udf(batch, DataTypes.LongType).asNondeterministic();
    }

    private static UserDefinedFunction query() {
        UDF0<String> query = () -> TaskContext.get().getLocalProperty("sql.streaming.queryId");
        return udf(query, DataTypes.StringType).asNondeterministic();
    }

    private static UserDefinedFunction attempt() {
        UDF0<Long> attempt = () -> TaskContext.get().taskAttemptId();
        return udf(attempt, DataTypes.LongType).asNondeterministic();
    }
}
