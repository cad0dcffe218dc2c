package io.millrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.OffsetSeq;
import org.apache.spark.sql.execution.streaming.OffsetSeqLog;
import org.apache.spark.sql.execution.streaming.OffsetSeqMetadata;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;

/**
 * What a query continues from: the last batch that Spark 3.5 has planned in a checkpoint.
 *
 * @param batch the id of the batch
 * @param offsets those of its sources, as JSON
 * @param settings of the session, which the checkpoint overrides
 */
public record CheckpointState(long batch, List<String> offsets, Map<String, String> settings) {
    /** The state of the checkpoint at {@code location}; empty if no batch is planned there. Writes nothing. */
    public static Optional<CheckpointState> of(SparkSession spark, String location) {
        Path offsets = new Path(location, "offsets");
        if (!CheckpointFiles.exists(spark, offsets)) {
            return Optional.empty();
        }
        Option<Tuple2<Object, OffsetSeq>> latest = new OffsetSeqLog(spark, offsets.toString()).getLatest();
        return latest.isEmpty() ? Optional.empty() : Optional.of(of(latest.get()));
    }

    private static CheckpointState of(Tuple2<Object, OffsetSeq> latest) {
        Option<OffsetSeqMetadata> metadata = latest._2().metadata();
        List<String> offsets = new ArrayList<>();
        JavaConverters.seqAsJavaList(latest._2().offsets())
                .forEach(offset -> offset.foreach(known -> offsets.add(known.json())));
        return new CheckpointState(
                (Long) latest._1(),
                offsets,
                metadata.isEmpty()
                        ? Map.of()
                        : JavaConverters.mapAsJavaMap(metadata.get().conf()));
    }
}
