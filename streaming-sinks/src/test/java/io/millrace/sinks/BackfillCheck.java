package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * What each verb does if a range of a topic is read again on a checkpoint of its own: the table of docs/backfill.md.
 * The topic has version 1 of key 1, version 1 of key 2 and version 2 of key 1; then the row of key 2 is lost.
 */
abstract class BackfillCheck extends KafkaSourceCheck {
    /** One for each database: all share the broker. */
    final String records;

    private int checkpoints;

    private final Tables tables;

    BackfillCheck(Path directory, TestInfo test, Tables tables) {
        super(directory, test);
        this.tables = tables;
        records = topic + "-" + getClass().getSimpleName();
    }

    /** Where the tables are. */
    record Tables(Database database, Consumer<String[]> execute, Function<String, List<String>> select) {}

    final void execute(String... statements) {
        tables.execute().accept(statements);
    }

    final List<String> select(String query) {
        return tables.select().apply(query);
    }

    @BeforeEach
    final void fillTheTopic() {
        execute(
                "DROP TABLE IF EXISTS keyed, appended, millrace_ledger, millrace_fence",
                "CREATE TABLE keyed (id bigint PRIMARY KEY, version bigint)",
                "CREATE TABLE appended (id bigint, version bigint)");
        KAFKA.createTopic(records, 1);
        KAFKA.send(records, "1,1", "2,1", "1,2");
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
        execute("UPDATE keyed SET version = 9");

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
    void theSameCheckpointReadsNothingAgain() throws Exception {
        Sink sink = table("appended").appendExactlyOnce();
        run(pipeline(sink, Offsets.of(records, 0, 2), directory.resolve("live")));

        run(pipeline(sink, Offsets.of(records, 0, 2), directory.resolve("live")));

        assertThat(rows("appended")).containsExactly("1|1", "2|1");
    }

    /** Reads the whole topic, and loses the row of key 2. */
    final void live(Sink sink) throws Exception {
        run(pipeline(sink, Offsets.of(records, 0, 3), directory.resolve("live")));
        execute("DELETE FROM keyed WHERE id = 2", "DELETE FROM appended WHERE id = 2");
    }

    /** Reads the records before {@code end} again. */
    final void backfill(Sink sink, long end) throws Exception {
        run(pipeline(sink, Offsets.of(records, 0, end), nextCheckpoint()));
    }

    final Pipeline pipeline(Sink sink, Offsets end, Path checkpoint) {
        KafkaSource range =
                kafka().topics(records).startingFrom(Offsets.earliest()).until(end);
        return Pipeline.named("backfilled")
                .from(range)
                .via(rows -> rows.selectExpr("split(cast(value as string), ',') as parts")
                        .selectExpr("cast(parts[0] as bigint) as id", "cast(parts[1] as bigint) as version"))
                .to(sink)
                .availableNow()
                .checkpointAt(checkpoint);
    }

    final JdbcTarget table(String name) {
        return Sinks.jdbc(tables.database()).table(name);
    }

    final List<String> rows(String table) {
        return select("SELECT id, version FROM " + table + " ORDER BY id, version");
    }

    final Path nextCheckpoint() {
        return directory.resolve("checkpoint-" + checkpoints++);
    }
}
