package io.millrace.benchmarks;

import io.millrace.core.JsonFields;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** The jobs as pipelines of Millrace. They end when all hits are read, unless given another trigger. */
record HitPipelines(HitTables tables) {
    static final int STATE_PARTITIONS = 4;

    /** The settings of Kafka's consumer with which the job was fastest. */
    private static final Map<String, String> BEST_OF_CONSUMER = Map.of(
            "kafka.max.poll.records", "5000",
            "kafka.max.partition.fetch.bytes", "8388608",
            "kafka.receive.buffer.bytes", "1048576");

    static KafkaSource source(String servers, String topic) {
        return Sources.kafka(servers).topics(topic).startingFrom(Offsets.earliest());
    }

    static KafkaSource tuned(KafkaSource source) {
        KafkaSource tuned = source;
        for (Map.Entry<String, String> setting : BEST_OF_CONSUMER.entrySet()) {
            tuned = tuned.option(setting.getKey(), setting.getValue());
        }
        return tuned;
    }

    /** Hits per ZIP code and window. */
    Pipeline counts(KafkaSource source, Path checkpoint) {
        return Pipeline.named("hits-per-window")
                .from(source)
                .via(fields())
                .via(Transforms.withWatermark("hittime", Duration.ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", Duration.ofMinutes(10))
                        .every(Duration.ofMinutes(5))
                        .by("zip"))
                .to(Sinks.jdbc(tables.database()).table(HitTables.COUNTS).upsertOn("window_start", "zip"))
                .outputMode(OutputModes.update())
                .statePartitions(STATE_PARTITIONS)
                .availableNow()
                .checkpointAt(checkpoint);
    }

    /** The hits as they are. */
    Pipeline raw(KafkaSource source, Path checkpoint) {
        return Pipeline.named("raw-hits")
                .from(source)
                .via(withText())
                .via(Transforms.select("partition", "offset", "timestamp", "value"))
                .to(Sinks.jdbc(tables.database()).table(HitTables.RAW).appendExactlyOnce())
                .availableNow()
                .checkpointAt(checkpoint);
    }

    /** Each hit by itself, as soon as it arrives. */
    Pipeline continuous(KafkaSource source, Path checkpoint) {
        return Pipeline.named("latest-hits")
                .from(source)
                .via(Transforms.jsonFields("value")
                        .bigint("id", "$.id")
                        .string("zip", "$.zip")
                        .timestamp("hittime", "$.hittime"))
                .via(Transforms.select("id", "zip", "hittime"))
                .to(Sinks.jdbc(tables.database())
                        .table(HitTables.LATEST)
                        .upsertOn("id")
                        .durableRows())
                .outputMode(OutputModes.update())
                .continuous(Duration.ofSeconds(1))
                .checkpointAt(checkpoint);
    }

    /** What a user gets: nothing is set but the number of partitions of the state. */
    static StreamingQuery asItComes(Pipeline pipeline, SparkSession spark) {
        return pipeline.start(spark.newSession());
    }

    static StreamingQuery withRocksDb(Pipeline pipeline, SparkSession spark) {
        SparkSession own = spark.newSession();
        own.conf()
                .set(
                        "spark.sql.streaming.stateStore.providerClass",
                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
        return pipeline.start(own);
    }

    /** One state partition for each core. */
    static StreamingQuery withBestSettings(Pipeline pipeline, SparkSession spark) {
        return pipeline.statePartitions(2).start(spark.newSession());
    }

    static JsonFields fields() {
        return Transforms.jsonFields("value")
                .string("zip", "$.zip")
                .timestamp("hittime", "$.hittime")
                .integer("status", "$.status")
                .bigint("bytes", "$.bytes")
                .string("user", "$.user");
    }

    private static Transform withText() {
        return Transforms.withColumn("value", "CAST(value AS STRING)");
    }
}
