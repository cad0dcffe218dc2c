package io.millrace.sinks;

import static io.millrace.core.OutputModes.update;
import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** On PostgreSQL, into files and into Kafka. */
class BackfillTest extends BackfillCheck {
    BackfillTest(@TempDir Path directory, TestInfo test) {
        super(directory, test, new Tables(Server.database(), Server::execute, Server::rows));
    }

    @Test
    void kafkaGetsTheRecordsAgain() throws Exception {
        KAFKA.createTopic(topic + "-out", 1);
        Sink sink = Sinks.kafka(KAFKA.bootstrapServers()).topic(topic + "-out").valueFrom("version");
        Pipeline all = pipeline(sink, Offsets.of(records, 0, 3), directory.resolve("live"));
        run(all.via(rows -> rows.selectExpr("cast(version as string) as version")));

        run(pipeline(sink, Offsets.of(records, 0, 2), directory.resolve("again"))
                .via(rows -> rows.selectExpr("cast(version as string) as version")));

        assertThat(KAFKA.records(topic + "-out")).hasSize(5);
    }

    @Test
    void filesNeedADirectoryOfTheirOwn() throws Exception {
        Sink sink = Sinks.parquet(directory.resolve("out"));
        live(sink);

        assertThatThrownBy(() -> backfill(sink, 2)).hasMessageContaining("another query or checkpoint has written");
        backfill(Sinks.parquet(directory.resolve("again")), 2);
        assertThat(session()
                        .read()
                        .parquet(directory.resolve("again").toString())
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aWindowThatTheRangeCutsIsCountedTooSmallUnlessItIsLeftOut() throws Exception {
        execute(
                "DROP TABLE IF EXISTS per_window",
                "CREATE TABLE per_window (window_start timestamptz PRIMARY KEY, window_end timestamptz, count bigint)");
        KAFKA.createTopic(topic + "-times", 1);
        KAFKA.send(topic + "-times", "2026-01-01T00:01:00Z", "2026-01-01T00:05:00Z", "2026-01-01T00:11:00Z");
        run(counts(0));
        List<String> right = select("SELECT count FROM per_window ORDER BY window_start");
        assertThat(right).containsExactly("2", "1");

        run(counts(1).via(Transforms.where("window_start >= timestamp '2026-01-01 00:10:00'")));
        assertThat(select("SELECT count FROM per_window ORDER BY window_start")).isEqualTo(right);
        run(counts(1));
        assertThat(select("SELECT count FROM per_window ORDER BY window_start")).containsExactly("1", "1");
    }

    private Pipeline counts(long from) {
        String times = topic + "-times";
        return Pipeline.named("counts")
                .from(kafka().topics(times)
                        .startingFrom(Offsets.of(times, 0, from))
                        .until(Offsets.of(times, 0, 3)))
                .via(rows -> rows.selectExpr("cast(cast(value as string) as timestamp) as at"))
                .via(Transforms.withWatermark("at", Duration.ofHours(1)))
                .via(Transforms.windowedCount("at", Duration.ofMinutes(10)))
                .to(table("per_window").upsertOn("window_start"))
                .outputMode(update())
                .availableNow()
                .checkpointAt(nextCheckpoint());
    }
}
