package io.millrace.sinks;

import static io.millrace.core.OutputModes.update;
import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each verb does if a range of a topic is read again on a checkpoint of its own: the table of docs/backfill.md.
 * The topic has version 1 of key 1, version 1 of key 2 and version 2 of key 1; then the row of key 2 is lost.
 */
class BackfillTest extends KafkaSourceCheck {
    private int checkpoints;

    BackfillTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    @BeforeEach
    void fillTheTopic() {
        Server.execute(
                "DROP TABLE IF EXISTS keyed, appended, per_window, millrace_ledger, millrace_fence",
                "CREATE TABLE keyed (id bigint PRIMARY KEY, version bigint)",
                "CREATE TABLE appended (id bigint, version bigint)",
                "CREATE TABLE per_window (window_start timestamptz PRIMARY KEY, window_end timestamptz, count bigint)");
        KAFKA.createTopic(topic, 1);
        KAFKA.send(topic, "1,1", "2,1", "1,2");
    }

    @Test
    void upsertOnRepairsWhatIsLostAndSetsNewerValuesBack() throws Exception {
        Sink sink = table("keyed").upsertOn("id");
        live(sink);

        backfill(sink, 2);
        assertThat(rows("keyed")).as("key 1 is set back").containsExactly("1|1", "2|1");
        backfill(sink, 3);
        assertThat(rows("keyed")).as("up to what the live query has written").containsExactly("1|2", "2|1");
    }

    @Test
    void versionedByKeepsNewerValues() throws Exception {
        Sink sink = table("keyed").upsertOn("id").versionedBy("version");
        live(sink);

        backfill(sink, 2);

        assertThat(rows("keyed")).containsExactly("1|2", "2|1");
    }

    @Test
    void insertOnlyOnAddsMissingKeysAlone() throws Exception {
        Sink sink = table("keyed").insertOnlyOn("id");
        live(sink);
        Server.execute("UPDATE keyed SET version = 9");

        backfill(sink, 3);

        assertThat(rows("keyed")).containsExactly("1|9", "2|1");
    }

    @Test
    void appendExactlyOnceRefusesTheRerunAndAppendsAgainIfAllowed() throws Exception {
        live(table("appended").appendExactlyOnce());

        assertThatThrownBy(() -> backfill(table("appended").appendExactlyOnce(), 2))
                .hasMessageContaining("allowNewCheckpoint");
        assertThat(rows("appended")).containsExactly("1|1", "1|2");
        backfill(table("appended").appendExactlyOnce().allowNewCheckpoint(), 2);
        assertThat(rows("appended")).containsExactly("1|1", "1|1", "1|2", "2|1");
    }

    @Test
    void upsertExactlyOnceRefusesTheRerunAndThenUpsertsIfAllowed() throws Exception {
        live(table("keyed").upsertExactlyOnce("id"));

        assertThatThrownBy(() -> backfill(table("keyed").upsertExactlyOnce("id"), 2))
                .hasMessageContaining("allowNewCheckpoint");
        backfill(table("keyed").upsertExactlyOnce("id").allowNewCheckpoint(), 2);
        assertThat(rows("keyed")).containsExactly("1|1", "2|1");
    }

    @Test
    void kafkaGetsTheRecordsAgain() throws Exception {
        KAFKA.createTopic(topic + "-out", 1);
        Sink sink = Sinks.kafka(KAFKA.bootstrapServers()).topic(topic + "-out").valueFrom("version");
        Pipeline all = pipeline(sink, Offsets.of(topic, 0, 3), directory.resolve("live"));
        run(all.via(rows -> rows.selectExpr("cast(version as string) as version")));

        run(pipeline(sink, Offsets.of(topic, 0, 2), directory.resolve("again"))
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
    void theSameCheckpointReadsNothingAgain() throws Exception {
        Sink sink = table("appended").appendExactlyOnce();
        run(pipeline(sink, Offsets.of(topic, 0, 2), directory.resolve("live")));

        run(pipeline(sink, Offsets.of(topic, 0, 2), directory.resolve("live")));

        assertThat(rows("appended")).containsExactly("1|1", "2|1");
    }

    @Test
    void aWindowThatTheRangeCutsIsCountedTooSmallUnlessItIsLeftOut() throws Exception {
        KAFKA.createTopic(topic + "-times", 1);
        KAFKA.send(topic + "-times", "2026-01-01T00:01:00Z", "2026-01-01T00:05:00Z", "2026-01-01T00:11:00Z");
        run(counts(0));
        List<String> right = Server.rows("SELECT count FROM per_window ORDER BY window_start");
        assertThat(right).containsExactly("2", "1");

        run(counts(1).via(Transforms.where("window_start >= timestamp '2026-01-01 00:10:00'")));
        assertThat(Server.rows("SELECT count FROM per_window ORDER BY window_start"))
                .isEqualTo(right);
        run(counts(1));
        assertThat(Server.rows("SELECT count FROM per_window ORDER BY window_start"))
                .containsExactly("1", "1");
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
                .checkpointAt(directory.resolve("counts-" + checkpoints++));
    }

    /** Reads the whole topic, and loses the row of key 2. */
    private void live(Sink sink) throws Exception {
        run(pipeline(sink, Offsets.of(topic, 0, 3), directory.resolve("live")));
        Server.execute("DELETE FROM keyed WHERE id = 2", "DELETE FROM appended WHERE id = 2");
    }

    /** Reads the records before {@code end} again. */
    private void backfill(Sink sink, long end) throws Exception {
        run(pipeline(sink, Offsets.of(topic, 0, end), directory.resolve("backfill-" + checkpoints++)));
    }

    private Pipeline pipeline(Sink sink, Offsets end, Path checkpoint) {
        KafkaSource range =
                kafka().topics(topic).startingFrom(Offsets.earliest()).until(end);
        return Pipeline.named("backfilled")
                .from(range)
                .via(rows -> rows.selectExpr("split(cast(value as string), ',') as parts")
                        .selectExpr("cast(parts[0] as bigint) as id", "cast(parts[1] as bigint) as version"))
                .to(sink)
                .availableNow()
                .checkpointAt(checkpoint);
    }

    private static JdbcTarget table(String name) {
        return Sinks.jdbc(Server.database()).table(name);
    }

    private static List<String> rows(String table) {
        return Server.rows("SELECT id, version FROM " + table + " ORDER BY id, version");
    }
}
