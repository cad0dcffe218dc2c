package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.core.BatchSink;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.Secret;
import io.millrace.core.Sink;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.DeadLetterSource;
import io.millrace.sinks.jdbc.JdbcExactlyOnce;
import io.millrace.sinks.jdbc.JdbcLookup;
import io.millrace.sinks.jdbc.JdbcTables;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.JdbcUpsert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Equality and text of all values of the API: two are equal if their settings are, and the text shows each setting. */
class ValuesTest {
    private static final Secret PASSWORD = Secret.env("PASSWORD");
    private static final VoidFunction2<Dataset<Row>, Long> FUNCTION = (rows, batchId) -> {};
    private static final ForeachWriter<Row> WRITER = new Ignoring();
    private static final ForeachWriter<Row> OTHER = new Ignoring();

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(
                        ConsoleSink.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.console(),
                                () -> Sinks.console().rows(7),
                                () -> Sinks.console().truncate(false)),
                        List.of("20", "7", "not truncated")),
                arguments(
                        DisplaySink.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.display(),
                                () -> Sinks.display().rows(7),
                                () -> Sinks.display().columnWidth(8),
                                () -> Sinks.display().keyedBy("zip", "day")),
                        List.of("20", "7", "8", "zip, day")),
                arguments(
                        FileSink.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.csv("/out"),
                                () -> Sinks.json("/out"),
                                () -> Sinks.csv("s3a://canary:canary@bucket/out"),
                                () -> Sinks.csv("/out").partitionBy("day", "hour"),
                                () -> Sinks.csv("/out").option("header", "true"),
                                () -> Sinks.csv("/out").option("secretKey", "canary")),
                        List.of(
                                "csv files in /out",
                                "json",
                                "s3a://***@bucket/out",
                                "day, hour",
                                "header=true",
                                "secretKey=***")),
                arguments(
                        ForeachBatchSink.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.foreachBatch(FUNCTION), () -> Sinks.foreachBatch(new Named())),
                        List.of("foreachBatch", "ValuesTest$Named")),
                arguments(
                        ForeachSink.class,
                        List.<Supplier<Object>>of(() -> Sinks.foreach(WRITER), () -> Sinks.foreach(OTHER)),
                        List.of("ValuesTest$Ignoring", "ValuesTest$Ignoring")),
                arguments(
                        FormatSink.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.format("delta"),
                                () -> Sinks.format("hudi"),
                                () -> Sinks.format("delta").partitionBy("day", "hour"),
                                () -> Sinks.format("delta").option("path", "/out"),
                                () -> Sinks.format("delta").option("token", "canary"),
                                () -> Sinks.format("delta").option("url", "jdbc:x://h/d?password=canary&a=b")),
                        List.of("delta", "hudi", "day, hour", "path=/out", "token=***", "password=***&a=b")),
                arguments(
                        KafkaSink.class,
                        List.<Supplier<Object>>of(
                                () -> kafka(),
                                () -> Sinks.kafka("broker-2:9092"),
                                () -> kafka().topic("hits"),
                                () -> kafka().topicFrom("place"),
                                () -> kafka().valueFrom("body"),
                                () -> kafka().valueAsJson("zip", "count"),
                                () -> kafka().keyFrom("id"),
                                () -> kafka().keyAsJson("zip", "day"),
                                () -> kafka().headersFrom("tags"),
                                () -> kafka().partitionFrom("slot"),
                                () -> kafka().security(KafkaSecurity.plain("user", PASSWORD)),
                                () -> kafka().security(KafkaSecurity.plain("user", Secret.env("OTHER"))),
                                () -> kafka().option("kafka.linger.ms", "77")),
                        List.of(
                                "broker-1:9092",
                                "broker-2:9092",
                                "topic hits",
                                "place",
                                "body",
                                "zip, count",
                                "key id",
                                "zip, day",
                                "headers tags",
                                "partition slot",
                                "SASL_SSL",
                                "sasl.mechanism=PLAIN",
                                "kafka.linger.ms=77")),
                arguments(MemorySink.class, List.<Supplier<Object>>of(() -> Sinks.memory()), List.of("memory")),
                arguments(
                        SeveralSinks.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.several("a", Sinks.console()),
                                () -> Sinks.several("b", Sinks.console()),
                                () -> Sinks.several("b", Transforms.select("id"), Sinks.console()),
                                () -> Sinks.several("a", Sinks.csv("/out")),
                                () -> Sinks.several("a", Sinks.console()).and("b", Sinks.csv("/out")),
                                () -> Sinks.several("b", Sinks.csv("/out")).and("a", Sinks.console())),
                        List.of("a: console", "b: console", "b: select(id) -> ", "csv", "; b: csv", "; a: console")),
                arguments(
                        Database.class,
                        List.<Supplier<Object>>of(
                                () -> database(),
                                () -> Database.at("jdbc:mariadb://h/shop"),
                                () -> Database.at("jdbc:postgresql://h/other"),
                                () -> Database.at("jdbc:postgresql://h/shop?sslmode=require&tokenUrl=canary"),
                                () -> database().user("me"),
                                () -> database().password(PASSWORD),
                                () -> database().password(Secret.env("OTHER")),
                                () -> database().connections(7),
                                () -> database().connectTimeout(Duration.ofSeconds(8)),
                                () -> database().statementTimeout(Duration.ofSeconds(9))),
                        List.of(
                                "h/shop",
                                "h/shop",
                                "h/other",
                                "sslmode=require",
                                "me",
                                "password(***)",
                                "password(***)",
                                "connections(7)",
                                "connectTimeout(PT8S)",
                                "statementTimeout(PT9S)")),
                arguments(
                        DeadLetterSource.class,
                        List.<Supplier<Object>>of(
                                () -> letters(),
                                () -> database().deadLetters("other"),
                                () -> database().deadLetters("shop", "bad"),
                                () -> database().password(PASSWORD).deadLetters("bad"),
                                () -> letters().ofTable("t"),
                                () -> letters().ofTable("shop", "t"),
                                () -> letters().columns("id BIGINT"),
                                () -> letters().columns("id INT"),
                                () -> letters().sqlState("22%"),
                                () -> letters().since(Instant.EPOCH),
                                () -> letters().until(Instant.EPOCH),
                                () -> letters().maxLettersPerBatch(7)),
                        List.of(
                                "dead letters in \"bad\" at h/shop",
                                "other",
                                "shop.bad",
                                "password(***)",
                                "of \"t\" in \"bad\"",
                                "shop.t",
                                "columns(id BIGINT)",
                                "columns(id INT)",
                                "sqlState(22%)",
                                "since(1970-01-01T00:00:00Z)",
                                "until(1970-01-01T00:00:00Z)",
                                "maxLettersPerBatch(7)")),
                arguments(
                        JdbcTarget.class,
                        List.<Supplier<Object>>of(
                                () -> Sinks.jdbc(database()),
                                () -> Sinks.jdbc(database().connections(7)),
                                () -> target(),
                                () -> Sinks.jdbc(database()).table("shop", "t"),
                                () -> target().rowsPerFlush(70),
                                () -> target().bytesPerFlush(80),
                                () -> target().flushAfter(Duration.ofSeconds(9)),
                                () -> target().retryFor(Duration.ofSeconds(10))),
                        List.of(
                                "h/shop",
                                "connections(7)",
                                "\"t\"",
                                "shop.t",
                                "rowsPerFlush(70)",
                                "bytesPerFlush(80)",
                                "flushAfter(PT9S)",
                                "retryFor(PT10S)")),
                arguments(
                        JdbcLookup.class,
                        List.<Supplier<Object>>of(
                                () -> Lookups.jdbc(database()),
                                () -> lookup(),
                                () -> Lookups.jdbc(database()).table("shop", "t"),
                                () -> lookup().key("zip", "code"),
                                () -> lookup().columns("c"),
                                () -> lookup().column("b", "other"),
                                () -> lookup().droppingMisses(),
                                () -> lookup().markingMisses("missing"),
                                () -> lookup().cachedFor(Duration.ofSeconds(7)),
                                () -> lookup().missesCachedFor(Duration.ofSeconds(8)),
                                () -> lookup().cacheAtMost(90),
                                () -> lookup().keysPerQuery(100),
                                () -> lookup().retryFor(Duration.ofSeconds(11)),
                                () -> lookup().wholeTable(),
                                () -> lookup().wholeTable().refreshedEvery(Duration.ofSeconds(12))),
                        List.of(
                                "look up at h/shop",
                                "look up \"t\" at h/shop",
                                "shop.t",
                                "by id, zip = code",
                                "columns(b, c)",
                                "other = b",
                                "droppingMisses()",
                                "markingMisses(missing)",
                                "cachedFor(PT7S)",
                                "missesCachedFor(PT8S)",
                                "cacheAtMost(90)",
                                "keysPerQuery(100)",
                                "retryFor(PT11S)",
                                "wholeTable(), refreshedEvery(PT10M)",
                                "refreshedEvery(PT12S)")),
                arguments(
                        JdbcUpsert.class,
                        List.<Supplier<Object>>of(
                                () -> upsert(),
                                () -> target().upsertOn("id", "day"),
                                () -> target().insertOnlyOn("id"),
                                () -> target().rowsPerFlush(70).upsertOn("id"),
                                () -> Sinks.jdbc(database().password(PASSWORD))
                                        .table("t")
                                        .upsertOn("id"),
                                () -> upsert().versionedBy("v"),
                                () -> upsert().deleteWhen("gone"),
                                () -> upsert().updating("a", "b"),
                                () -> upsert().keepingOldWhereNull(),
                                () -> upsert().unfenced(),
                                () -> upsert().durableRows(),
                                () -> upsert().deadLettersTo("bad"),
                                () -> upsert().deadLettersTo("other", "bad"),
                                () -> upsert().deadLettersTo("bad").deadLettersAtMost(0.25),
                                () -> upsert().creatingTable(),
                                () -> upsert().addingColumns()),
                        List.of(
                                "upsert into \"t\" at h/shop on id",
                                "id, day",
                                "insert into",
                                "rowsPerFlush(70)",
                                "password(***)",
                                "versionedBy(v)",
                                "deleteWhen(gone)",
                                "updating(a, b)",
                                "keepingOldWhereNull()",
                                "unfenced()",
                                "durableRows()",
                                "deadLettersTo(bad)",
                                "deadLettersTo(other.bad)",
                                "deadLettersAtMost(0.25)",
                                "creatingTable()",
                                "addingColumns()")),
                arguments(
                        JdbcExactlyOnce.class,
                        List.<Supplier<Object>>of(
                                () -> append(),
                                () -> target().upsertExactlyOnce("id", "day"),
                                () -> target().bytesPerFlush(80).appendExactlyOnce(),
                                () -> append().allowNewCheckpoint(),
                                () -> append().deadLettersTo("bad"),
                                () -> append().deadLettersTo("other", "bad"),
                                () -> append().deadLettersTo("bad").deadLettersAtMost(0.25),
                                () -> append().creatingTable(),
                                () -> append().addingColumns()),
                        List.of(
                                "append exactly once to \"t\" at h/shop",
                                "id, day",
                                "bytesPerFlush(80)",
                                "allowNewCheckpoint()",
                                "deadLettersTo(bad)",
                                "deadLettersTo(other.bad)",
                                "deadLettersAtMost(0.25)",
                                "creatingTable()",
                                "addingColumns()")),
                arguments(
                        JdbcTables.class,
                        List.<Supplier<Object>>of(
                                () -> tables(upsert()),
                                () -> tables(append()),
                                () -> tables(upsert().after(Transforms.select("id"))),
                                () -> tables(upsert()).others(Sinks.console()),
                                () -> Sinks.jdbc(database())
                                        .retryFor(Duration.ofSeconds(9))
                                        .tableFrom("topic", Map.of("a", upsert())),
                                () -> Sinks.jdbc(database()).tableFrom("kind", Map.of("a", upsert()))),
                        List.of(
                                "by topic: a -> upsert into \"t\" at h/shop on id",
                                "a -> append exactly once",
                                "select(id)",
                                "others -> console",
                                "PT9S",
                                "by kind")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void valuesAreEqualIfAllSettingsAre(Class<?> type, List<Supplier<Object>> variants, List<String> shown) {
        assertThat(shown).hasSameSizeAs(variants);
        for (int index = 0; index < variants.size(); index++) {
            Object value = variants.get(index).get();
            Object again = variants.get(index).get();
            assertThat(value).isInstanceOf(type).isEqualTo(again).hasSameHashCodeAs(again);
            assertThat(value.toString())
                    .contains(shown.get(index))
                    .doesNotContain("canary")
                    .doesNotContain("@" + Integer.toHexString(value.hashCode()));
            if (value instanceof Sink sink) {
                assertThat(sink.describe()).hasToString(sink.toString()).doesNotContain("\n");
            }
            for (int other = 0; other < index; other++) {
                assertThat(value).isNotEqualTo(variants.get(other).get());
            }
        }
        assertThat(variants.get(0).get()).isNotEqualTo(null).isNotEqualTo("another type");
    }

    @Test
    void theOrderOfCallsDoesNotCount() {
        assertThat(upsert().versionedBy("v").unfenced().durableRows().updating("a"))
                .isEqualTo(upsert().updating("a").durableRows().unfenced().versionedBy("v"));
        assertThat(Sinks.csv("/out").option("HEADER", "true").partitionBy("day"))
                .isEqualTo(Sinks.csv("/out").partitionBy("day").option("header", "true"))
                .hasSameHashCodeAs(Sinks.csv("/out").partitionBy("day").option("header", "true"));
        assertThat(kafka().topic("hits").option("kafka.linger.ms", "1").keyFrom("id"))
                .isEqualTo(kafka().keyFrom("id").option("kafka.linger.ms", "1").topic("hits"));
    }

    @Test
    void otherTypesOfArgumentsGiveEqualValues() {
        assertThat(target().upsertOn(List.of("id", "day"))).isEqualTo(target().upsertOn("id", "day"));
        assertThat(target().insertOnlyOn(List.of("id", "day"))).isEqualTo(target().insertOnlyOn("id", "day"));
        assertThat(target().upsertExactlyOnce(List.of("id", "day"))).isEqualTo(target().upsertExactlyOnce("id", "day"));
        assertThat(upsert().updating(List.of("a", "b"))).isEqualTo(upsert().updating("a", "b"));
        assertThat(Sinks.csv("/out").partitionBy(List.of("day")))
                .isEqualTo(Sinks.csv("/out").partitionBy("day"));
        assertThat(Sinks.format("delta").partitionBy(List.of("day")).option("mergeSchema", true))
                .isEqualTo(Sinks.format("delta").partitionBy("day").option("mergeSchema", "true"));
        assertThat(kafka().keyAsJson(List.of("a", "b"))
                        .valueAsJson(List.of("c"))
                        .option("kafka.linger.ms", 7))
                .isEqualTo(kafka().keyAsJson("a", "b").valueAsJson("c").option("kafka.linger.ms", "7"));
        assertThat(Sinks.display().keyedBy(List.of("a", "b")))
                .isEqualTo(Sinks.display().keyedBy("a", "b"));
        assertThat(Sinks.csv("/out").option("maxRecordsPerFile", 7L))
                .isEqualTo(Sinks.csv("/out").option("maxRecordsPerFile", "7"));
        assertThat(Sinks.csv("/out").option("sep", ';').option("ratio", 0.1f))
                .isEqualTo(Sinks.csv("/out").option("sep", ";").option("ratio", "0.1"));
        assertThat(Sinks.format("csv").option("sep", ';').option("ratio", 0.1f))
                .isEqualTo(Sinks.format("csv").option("sep", ";").option("ratio", "0.1"));
        assertThat(List.of(
                        Sinks.json(Path.of("/out")),
                        Sinks.csv(Path.of("/out")),
                        Sinks.parquet(Path.of("/out")),
                        Sinks.orc(Path.of("/out")),
                        Sinks.text(Path.of("/out"))))
                .containsExactly(
                        Sinks.json("file:///out"),
                        Sinks.csv("file:///out"),
                        Sinks.parquet("file:///out"),
                        Sinks.orc("file:///out"),
                        Sinks.text("file:///out"));
    }

    @Test
    void anEmptyListOfColumnsIsRefused() {
        assertThatThrownBy(() -> target().upsertOn(List.of())).hasMessage("upsertOn(): name at least one column.");
        assertThatThrownBy(() -> upsert().updating(List.of())).hasMessage("updating(): name at least one column.");
        assertThatThrownBy(() -> kafka().keyAsJson(List.of())).hasMessage("keyAsJson(): name at least one column.");
        assertThatThrownBy(() -> Sinks.display().keyedBy(List.of())).hasMessage("keyedBy(): name at least one column.");
    }

    @Test
    void aNumberIsNoWayAroundTheChecksOfAnOption() {
        assertThatThrownBy(() -> kafka().option("kafka.acks", 1)).hasMessageStartingWith("option(kafka.acks, 1): ");
        assertThatThrownBy(() -> kafka().option("kafka.enable.idempotence", false))
                .hasMessageStartingWith("option(kafka.enable.idempotence, false): ");
        assertThatThrownBy(() -> kafka().option("kafka.ssl.key.password", 4711))
                .hasMessageStartingWith("option(kafka.ssl.key.password, ***): ");
    }

    @Test
    void eachTypeOfTheApiIsCompared() throws Exception {
        Set<String> compared = new TreeSet<>(Set.of("io.millrace.sinks.Lookups", "io.millrace.sinks.Sinks"));
        values().map(value -> ((Class<?>) value.get()[0]).getName()).forEach(compared::add);

        assertThat(compared)
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of("src/test/resources/io/millrace/public-types.txt")).stream()
                                .filter(name -> name.startsWith("io.millrace.sinks."))
                                .sorted()
                                .toList());
    }

    private static KafkaSink kafka() {
        return Sinks.kafka("broker-1:9092");
    }

    private static Database database() {
        return Database.at("jdbc:postgresql://h/shop");
    }

    private static DeadLetterSource letters() {
        return database().deadLetters("bad");
    }

    private static JdbcTarget target() {
        return Sinks.jdbc(database()).table("t");
    }

    private static JdbcTables tables(BatchSink sink) {
        return Sinks.jdbc(database()).tableFrom("topic", Map.of("a", sink));
    }

    private static JdbcLookup lookup() {
        return Lookups.jdbc(database()).table("t").key("id").columns("b");
    }

    private static JdbcUpsert upsert() {
        return target().upsertOn("id");
    }

    private static JdbcExactlyOnce append() {
        return target().appendExactlyOnce();
    }

    private static final class Named implements VoidFunction2<Dataset<Row>, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void call(Dataset<Row> rows, Long batchId) {}

        @Override
        public boolean equals(Object other) {
            return other instanceof Named;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static final class Ignoring extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean open(long partitionId, long epochId) {
            return true;
        }

        @Override
        public void process(Row row) {}

        @Override
        public void close(Throwable error) {}
    }
}
