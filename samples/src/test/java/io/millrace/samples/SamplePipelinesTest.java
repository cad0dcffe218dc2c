package io.millrace.samples;

import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.ValidationException;
import io.millrace.samples.demo.DemoDatabase;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.Input;
import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Tests the pipeline of each sample in memory. */
@StreamingTest
class SamplePipelinesTest {
    @Test
    void wordCountEmitsAllCountsInEachBatch(StreamKit kit) {
        Input<Row> lines = kit.rows("lines", "value STRING");

        kit.run(SocketWordCount.pipeline(lines, Sinks.console()))
                .batch("owls", b -> b.given(lines, row("owl fox  owl")).emits(row("owl", 2), row("fox", 1)))
                .batch("a fox", b -> b.given(lines, row("fox")).emits(row("owl", 2), row("fox", 2)));
    }

    @Test
    void kafkaToConsoleShowsText(StreamKit kit) {
        Input<KafkaRow> records = kit.kafka("records");

        kit.run(KafkaToConsole.pipeline(records, Sinks.console()))
                .batch("one", b -> b.given(records, KafkaRow.value("hello")).emits(row(0, 0, "hello")));
    }

    @Test
    void hitsPerZipEmitsChangedCounts(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");

        kit.run(HitsPerZip.pipeline(hits, Sinks.console()))
                .batch(
                        "two zips",
                        b -> b.given(hits, hit("94105", "00:03"), hit("10001", "00:03"), malformed())
                                .emits(row("94105", 1), row("10001", 1)))
                .restart()
                .batch("one of them", b -> b.given(hits, hit("94105", "00:04")).emits(row("94105", 2)));
    }

    @Test
    void hitsCountInTwoWindows(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");

        kit.run(HitsPerWindow.pipeline(hits, Sinks.console()))
                .batch(
                        "on both sides of 00:12",
                        b -> b.given(hits, hit("94105", "00:11"), hit("94105", "00:12"), malformed())
                                .emits(
                                        row("00:02", "00:12", "94105", 1),
                                        row("00:07", "00:17", "94105", 2),
                                        row("00:12", "00:22", "94105", 1)));
    }

    @Test
    void lateWordsAreCountedUntilTheWatermarkPassesTheirWindow(StreamKit kit) {
        Input<KafkaRow> lines = kit.kafka("lines");

        kit.run(LateWords.pipeline(lines, Sinks.console()))
                .batch("owl", b -> b.given(lines, word("owl", "00:03")).emits(row("00:00", "00:10", "owl", 1)))
                .batch("fox", b -> b.given(lines, word("fox", "00:14")).watermark("00:04"))
                .batch("late", b -> b.given(lines, word("owl", "00:08")).emits(row("00:00", "00:10", "owl", 2)))
                .batch("fox again", b -> b.given(lines, word("fox", "00:25")).watermark("00:15"))
                .batch(
                        "too late",
                        b -> b.given(lines, word("owl", "00:09")).dropsLate(1).emitsNothing());
    }

    @Test
    void parquetWritesHitsAndRejectsCompleteMode(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");

        kit.run(ToParquet.pipeline(hits, Sinks.console()))
                .batch(
                        "a hit",
                        b -> b.given(hits, hit("94105", "00:03"), malformed()).emits(row("94105", "00:03")));
        assertThatThrownBy(() -> ToParquet.inCompleteMode(hits, Sinks.parquet("/nowhere"))
                        .checkpointAt("/nowhere/either")
                        .validate(kit.spark()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("outputMode(Complete)");
    }

    @Test
    void exactlyOnceAndBackfillSkipMalformedHits(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");

        kit.run(JdbcExactlyOnceHits.pipeline(hits, Sinks.console()))
                .batch(
                        "a hit",
                        b -> b.given(hits, hit("94105", "00:03"), malformed()).emits(row("94105", "00:03")));
        Input<KafkaRow> more = kit.kafka("more");
        kit.run(Backfill.pipeline(more, Sinks.console()))
                .batch(
                        "a hit",
                        b -> b.given(more, hit("94105", "00:03"), malformed()).emits(row("94105", 0, 0)));
    }

    @Test
    void supervisedQueriesCopyNumbers(StreamKit kit) {
        Input<KafkaRow> numbers = kit.kafka("numbers");

        kit.run(Supervised.pipeline("sound", numbers, Sinks.console()))
                .batch(
                        "a number",
                        b -> b.given(numbers, KafkaRow.value("{\"id\":7}")).emits(row(7L)));
    }

    @Test
    void upsertedCountsAreTheSameAfterARerun(StreamKit kit) throws SQLException {
        Input<KafkaRow> hits = kit.kafka("hits");
        TestPostgres.shared()
                .execute(
                        "drop table if exists " + JdbcUpsertOfCounts.TABLE,
                        "create table " + JdbcUpsertOfCounts.TABLE + " (" + JdbcUpsertOfCounts.COLUMNS + ")");
        Database postgres = DemoDatabase.embedded().forSink();

        kit.run(JdbcUpsertOfCounts.writer(kit.spark(), hits, postgres), () -> countsIn(kit.spark()))
                .batch(
                        "two zips",
                        b -> b.given(hits, hit("94105", "00:03"), hit("10001", "00:03"), malformed())
                                .table(row("94105", 1), row("10001", 1)))
                .batch("one of them", b -> b.given(hits, hit("94105", "00:04")).table(row("94105", 2), row("10001", 1)))
                .restart()
                .replayLast(b -> b.table(row("94105", 2), row("10001", 1)));
    }

    private static List<Row> countsIn(SparkSession spark) {
        TestPostgres postgres = TestPostgres.shared();
        return spark.read()
                .format("jdbc")
                .option("url", postgres.jdbcUrl())
                .option("user", postgres.user())
                .option("password", postgres.password())
                .option("dbtable", JdbcUpsertOfCounts.TABLE)
                .load()
                .collectAsList();
    }

    @Test
    void recordsToKafkaHaveAStringKey(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "timestamp TIMESTAMP, value BIGINT");

        kit.run(AnyToKafka.pipeline(rows, Sinks.console()))
                .schema("timestamp TIMESTAMP, value BIGINT, id STRING")
                .batch("a row", b -> b.given(rows, row("00:01", 7)).emits(row("00:01", 7, "7")));
    }

    @Test
    void continuousUsesTheZipAsTheKey(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");

        kit.run(ContinuousKafka.pipeline(hits, Sinks.console()).every(Duration.ZERO))
                .schema("key STRING, value BINARY")
                .batch(
                        "a hit and a malformed one",
                        b -> b.given(hits, hit("94105", "00:03"), malformed()).runsBatches(1));
    }

    private static KafkaRow hit(String zip, String time) {
        return KafkaRow.value("{\"zip\":\"" + zip + "\",\"hittime\":\"" + StreamKit.at(time) + "\"}");
    }

    private static KafkaRow malformed() {
        return KafkaRow.value("{\"zip\":");
    }

    private static KafkaRow word(String word, String time) {
        return KafkaRow.value(word).timestamp(time);
    }
}
