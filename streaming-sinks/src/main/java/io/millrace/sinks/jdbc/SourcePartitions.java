package io.millrace.sinks.jdbc;

import io.millrace.core.internal.spark.ScalaCollections;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;

/** Inspects the partitions of a stream's sources, which Spark does not publish. */
final class SourcePartitions {
    private static final Pattern ONE_PARTITION = Pattern.compile("\\s*\\{[^,]*:\\s*\\[\\s*\\d+\\s*]\\s*}\\s*");

    private SourcePartitions() {}

    /**
     * Whether a stream is known to read a single partition: a Kafka partition assigned by name, or a rate source with
     * one.
     */
    static boolean isOne(Dataset<Row> rows) {
        List<LogicalPlan> sources =
                ScalaCollections.list(rows.queryExecution().analyzed().collectLeaves());
        return sources.stream().allMatch(SourcePartitions::isOne);
    }

    private static boolean isOne(LogicalPlan source) {
        return source instanceof StreamingRelationV2 stream
                && ("1".equals(stream.extraOptions().get("numPartitions"))
                        || ONE_PARTITION
                                .matcher(stream.extraOptions().getOrDefault("assign", ""))
                                .matches());
    }
}
