package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.core.internal.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Equality and text of all values of the API: two are equal if their settings are, and the text shows each setting. */
class ValuesTest {
    /** Interfaces, classes of static calls, exceptions, and what Kafka or Spark creates. */
    private static final Set<Class<?>> NOT_VALUES = Set.of(
            BatchSink.class,
            Health.Watch.class,
            DeadLetterSink.class,
            DeadLetterSink.Sender.class,
            JdbcConnectionDetails.class,
            KafkaSecrets.class,
            OutputModes.class,
            Secret.Lookup.class,
            Sink.class,
            Source.class,
            Sources.class,
            StreamingQueries.class,
            SupervisedQuery.State.class,
            Supervision.class,
            Transform.class,
            Transforms.class,
            ValidationException.class);

    /** Transforms and health, and a row that is never shown. */
    private static final Set<Class<?>> NOT_COMPARED = Set.of(
            BoundedWatermark.class,
            DeadLetterSink.Letter.class,
            Health.class,
            JsonFields.class,
            JsonMarks.class,
            JsonRoute.class,
            SessionAggregation.class,
            StreamJoin.class,
            TimeMarks.class,
            ToJson.class,
            Watermark.class,
            WindowedAggregation.class);

    private static final Secret.Lookup VAULT = () -> "canary";
    private static final Secret PASSWORD = Secret.env("KAFKA_PASSWORD");
    private static final Transform STEP = Transforms.of("a step", rows -> rows);
    private static final Source OWN = spark -> spark.readStream().format("rate").load();
    private static final Sink SINK = Dataset::writeStream;

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(
                        "FileSource",
                        List.<Supplier<Object>>of(
                                () -> files(),
                                () -> Sources.csv("/in"),
                                () -> Sources.json("/other"),
                                () -> files().schema("zip STRING"),
                                () -> files().maxFilesPerTrigger(7),
                                () -> files().maxFileAge(Duration.ofHours(8)),
                                () -> files().latestFirst(),
                                () -> files().deletingDoneFiles(),
                                () -> files().archivingDoneFilesTo("/done"),
                                () -> files().option("lineSep", "|"),
                                () -> files().option("dfs.secret", "canary")),
                        List.of(
                                "",
                                "csv",
                                "/other",
                                "zip STRING",
                                "7",
                                "28800000ms",
                                "latestFirst",
                                "delete",
                                "/done",
                                "lineSep=|",
                                "dfs.secret=***")),
                arguments(
                        "FormatSource",
                        List.<Supplier<Object>>of(
                                () -> Sources.format("custom"),
                                () -> Sources.format("other"),
                                () -> Sources.format("custom").schema(new StructType().add("id", "long")),
                                () -> Sources.format("custom").option("url", "jdbc:x://h/d?user=a&password=canary")),
                        List.of("", "other", "id BIGINT", "url=jdbc:x://h/d?user=a&password=***")),
                arguments(
                        "CalendarWindow",
                        List.<Supplier<Object>>of(
                                () -> CalendarWindow.days(ZoneId.of("Europe/Brussels")),
                                () -> CalendarWindow.days(ZoneId.of("America/Lima")),
                                () -> CalendarWindow.weeks(ZoneId.of("Europe/Brussels")),
                                () -> CalendarWindow.weeks(ZoneId.of("Europe/Brussels"), DayOfWeek.SUNDAY),
                                () -> CalendarWindow.months(ZoneId.of("Europe/Brussels")),
                                () -> CalendarWindow.quarters(ZoneId.of("Europe/Brussels")),
                                () -> CalendarWindow.years(ZoneId.of("Europe/Brussels"))),
                        List.of("", "Lima", "MONDAY", "SUNDAY", "months", "3 months", "12 months")),
                arguments(
                        "RateSource",
                        List.<Supplier<Object>>of(
                                () -> Sources.rate(),
                                () -> Sources.rate().rowsPerSecond(7),
                                () -> Sources.rate().rampUpTime(Duration.ofSeconds(8)),
                                () -> Sources.rate().numPartitions(9)),
                        List.of("", "7", "8s", "9")),
                arguments(
                        "SocketSource",
                        List.<Supplier<Object>>of(
                                () -> Sources.socket("here", 9999),
                                () -> Sources.socket("there", 9999),
                                () -> Sources.socket("here", 9998),
                                () -> Sources.socket("here", 9999).withTimestamps()),
                        List.of("here", "there", "9998", "includeTimestamp")),
                arguments(
                        "KafkaSource",
                        List.<Supplier<Object>>of(
                                () -> kafka(),
                                () -> Sources.kafka("broker-2:9092"),
                                () -> kafka().topics("hits", "views"),
                                () -> kafka().topicPattern("h.*"),
                                () -> kafka().partitions("hits", 3, 4),
                                () -> kafka().startingFrom(Offsets.earliest()),
                                () -> kafka().until(Offsets.of("hits", 0, 77)),
                                () -> kafka().maxOffsetsPerTrigger(7),
                                () -> kafka().minOffsetsPerTrigger(8, Duration.ofSeconds(9)),
                                () -> kafka().minPartitions(10),
                                () -> kafka().withHeaders(),
                                () -> kafka().failOnDataLoss(false),
                                () -> kafka().groupIdPrefix("mine"),
                                () -> kafka().commitOffsetsTo("shown"),
                                () -> kafka().security(KafkaSecurity.tls()),
                                () -> kafka().option("kafka.client.id", "traffic"),
                                () -> kafka().option("kafka.ssl.key.password", PASSWORD)),
                        List.of(
                                "broker-1:9092",
                                "broker-2:9092",
                                "hits,views",
                                "h.*",
                                "[3,4]",
                                "earliest",
                                "77",
                                "7",
                                "maxTriggerDelay=9000ms",
                                "10",
                                "includeHeaders",
                                "failOnDataLoss=false",
                                "mine",
                                "commitOffsetsTo(shown)",
                                "SSL",
                                "traffic",
                                "kafka.ssl.key.password=***")),
                arguments(
                        "KafkaBatch",
                        List.<Supplier<Object>>of(
                                () -> kafka().topics("hits").batch(),
                                () -> kafka().topics("views").batch(),
                                () -> kafka().batch(),
                                () -> kafka().topics("hits").endingAt(Offsets.of("hits", 0, 7))),
                        List.of("hits", "views", "", "7")),
                arguments(
                        "Offsets",
                        List.<Supplier<Object>>of(
                                () -> Offsets.earliest(),
                                () -> Offsets.latest(),
                                () -> Offsets.since(Instant.EPOCH),
                                () -> Offsets.since(Instant.EPOCH).elseLatest(),
                                () -> Offsets.of("hits", 0, 7),
                                () -> Offsets.of("hits", 0, Instant.ofEpochMilli(8)),
                                () -> Offsets.of("hits", 0, 7).and("hits", 1, 9),
                                () -> Offsets.of("hits", 0, 7).andEarliest("hits", 1),
                                () -> Offsets.of("hits", 0, 7).andLatest("hits", 1)),
                        List.of("earliest", "latest", "1970", "else latest", "7", "8", "9", "-2", "-1")),
                arguments(
                        "KafkaSecurity",
                        List.<Supplier<Object>>of(
                                () -> KafkaSecurity.tls(),
                                () -> KafkaSecurity.plain("user", PASSWORD),
                                () -> KafkaSecurity.plain("other", PASSWORD),
                                () -> KafkaSecurity.plain("user", Secret.env("OTHER")),
                                () -> KafkaSecurity.plain("user", Secret.from(VAULT)),
                                () -> KafkaSecurity.scramSha256("user", PASSWORD),
                                () -> KafkaSecurity.scramSha512("user", PASSWORD),
                                () -> KafkaSecurity.scramSha512("user", PASSWORD)
                                        .unencrypted(),
                                () -> KafkaSecurity.login("GSSAPI", "Kerberos"),
                                () -> KafkaSecurity.login("GSSAPI", "Kerberos").with("principal", "me"),
                                () -> KafkaSecurity.login("GSSAPI", "Kerberos").with("clientSecret", "canary"),
                                () -> KafkaSecurity.login("GSSAPI", "Kerberos").with("pass", "canary"),
                                () -> KafkaSecurity.tls().trusting(Path.of("/ca.pem")),
                                () -> KafkaSecurity.tls().trusting(Path.of("/ca.jks"), PASSWORD),
                                () -> KafkaSecurity.tls().presenting(Path.of("/me.jks"), PASSWORD),
                                () -> KafkaSecurity.tls().presenting(Path.of("/me.jks"), PASSWORD, Secret.env("KEY"))),
                        List.of(
                                "SSL",
                                "PLAIN",
                                "username=other",
                                "password=***",
                                "password=***",
                                "SCRAM-SHA-256",
                                "SCRAM-SHA-512",
                                "SASL_PLAINTEXT",
                                "Kerberos",
                                "principal=me",
                                "clientSecret=***",
                                "pass=***",
                                "/ca.pem",
                                "ssl.truststore.password=***",
                                "/me.jks",
                                "ssl.key.password=***")),
                arguments(
                        "Secret",
                        List.<Supplier<Object>>of(
                                () -> Secret.env("A"),
                                () -> Secret.env("B"),
                                () -> Secret.file(Path.of("/A")),
                                () -> Secret.from(VAULT),
                                () -> Secret.from(() -> "canary 2")),
                        List.of("***", "***", "***", "***", "***")),
                arguments(
                        "Pipeline",
                        List.<Supplier<Object>>of(
                                () -> Pipeline.named("traffic"),
                                () -> Pipeline.named("other"),
                                () -> Pipeline.named("traffic").from(OWN),
                                () -> Pipeline.named("traffic").from(kafka()),
                                () -> Pipeline.named("traffic").via(STEP),
                                () -> Pipeline.named("traffic").to(SINK),
                                () -> Pipeline.named("traffic").outputMode(OutputMode.Update()),
                                () -> Pipeline.named("traffic").every(Duration.ofSeconds(7)),
                                () -> Pipeline.named("traffic").availableNow(),
                                () -> Pipeline.named("traffic").continuous(Duration.ofSeconds(8)),
                                () -> Pipeline.named("traffic").statePartitions(9),
                                () -> Pipeline.named("traffic").checkpointAt("s3a://canary:canary@bucket/c"),
                                () -> Pipeline.named("traffic").option("path", "/out")),
                        List.of(
                                "traffic",
                                "other",
                                "a source of your own",
                                "broker-1",
                                "a step",
                                "a sink of your own",
                                "Update",
                                "PT7S",
                                "availableNow",
                                "PT8S",
                                "9 state partitions",
                                "s3a://***@bucket/c",
                                "path=/out")),
                arguments(
                        "PlannedQuery",
                        List.<Supplier<Object>>of(
                                () -> planned("a", OutputMode.Append(), Trigger.AvailableNow(), Optional.empty()),
                                () -> planned("b", OutputMode.Append(), Trigger.AvailableNow(), Optional.empty()),
                                () -> planned("a", OutputMode.Update(), Trigger.AvailableNow(), Optional.empty()),
                                () -> planned("a", OutputMode.Append(), Trigger.Continuous(7), Optional.empty()),
                                () -> planned(
                                        "a",
                                        OutputMode.Append(),
                                        Trigger.AvailableNow(),
                                        Optional.of("s3a://AK:canary@b/c"))),
                        List.of("a", "b", "Update", "7", "s3a://***@b/c")),
                arguments(
                        "Rehearsal",
                        List.<Supplier<Object>>of(
                                () -> rehearsal("a", 1, false, 7, 8, 9, List.of()),
                                () -> rehearsal("b", 1, false, 7, 8, 9, List.of()),
                                () -> rehearsal("a", 2, false, 7, 8, 9, List.of()),
                                () -> rehearsal("a", 1, true, 7, 8, 9, List.of()),
                                () -> rehearsal("a", 1, false, 77, 8, 9, List.of()),
                                () -> rehearsal("a", 1, false, 7, 88, 9, List.of()),
                                () -> rehearsal("a", 1, false, 7, 8, 99, List.of()),
                                () -> rehearsal("a", 1, false, 7, 8, 9, List.of(new Problem("f", "v", "r", "h"))),
                                () -> new Rehearsal("a", OptionalLong.empty(), false, 0, 0, Duration.ZERO, List.of())),
                        List.of(
                                "",
                                "\"b\"",
                                "batch 2",
                                "not committed",
                                "77 rows read",
                                "88 rows for the sink",
                                "99 ms",
                                "f(v): r. h",
                                "no batch")),
                arguments(
                        "Problem",
                        List.<Supplier<Object>>of(
                                () -> new Problem("f", "v", "r", "h"),
                                () -> new Problem("other f", "v", "r", "h"),
                                () -> new Problem("f", "other v", "r", "h"),
                                () -> new Problem("f", "v", "other r", "h"),
                                () -> new Problem("f", "v", "r", "other h")),
                        List.of("f", "other f", "other v", "other r", "other h")),
                arguments(
                        "SupervisedQuery",
                        List.<Supplier<Object>>of(
                                () -> SupervisedQuery.starting("a"),
                                () -> SupervisedQuery.starting("b"),
                                () -> SupervisedQuery.starting("a").in(SupervisedQuery.State.RUNNING),
                                () -> SupervisedQuery.starting("a").restarted(),
                                () -> SupervisedQuery.starting("a")
                                        .failed(new Failure(FailureKind.CONFLICT, "it fails", "", "")),
                                () -> SupervisedQuery.starting("a").waitingUntil(Instant.EPOCH)),
                        List.of("a", "b", "RUNNING", "restarts=1", "it fails", "1970")),
                arguments(
                        "Supervisor",
                        List.<Supplier<Object>>of(
                                () -> Supervisor.of(Pipeline.named("a")),
                                () -> Supervisor.of(Pipeline.named("a"), Pipeline.named("b")),
                                () -> Supervisor.of(Pipeline.named("a")).restartsAtMost(7, Duration.ofHours(1)),
                                () -> Supervisor.of(Pipeline.named("a")).pausesUpTo(Duration.ofSeconds(8)),
                                () -> Supervisor.of(Pipeline.named("a")).endAllWhenOneGivesUp(),
                                () -> Supervisor.of(Pipeline.named("a")).stopWithin(Duration.ofSeconds(9)),
                                () -> Supervisor.of(Pipeline.named("a")).probesOn(8080),
                                () -> Supervisor.of(Pipeline.named("a")).stuckAfter(Duration.ofHours(3))),
                        List.of(
                                "\"a\"",
                                "\"b\"",
                                "restartsAtMost(7, PT1H)",
                                "PT8S",
                                "endAllWhenOneGivesUp",
                                "PT9S",
                                "8080",
                                "PT3H")));
    }

    private static Rehearsal rehearsal(
            String name, long batch, boolean rerun, long read, long written, long millis, List<Problem> notes) {
        return new Rehearsal(name, OptionalLong.of(batch), rerun, read, written, Duration.ofMillis(millis), notes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void valuesAreEqualIfAllSettingsAre(String type, List<Supplier<Object>> variants, List<String> shown) {
        assertThat(shown).hasSameSizeAs(variants);
        for (int index = 0; index < variants.size(); index++) {
            Object value = variants.get(index).get();
            assertThat(value)
                    .isEqualTo(variants.get(index).get())
                    .hasSameHashCodeAs(variants.get(index).get());
            assertThat(value.toString())
                    .contains(shown.get(index))
                    .doesNotContain("canary")
                    .doesNotContain("@" + Integer.toHexString(value.hashCode()));
            for (int other = 0; other < index; other++) {
                assertThat(value).isNotEqualTo(variants.get(other).get());
            }
        }
        assertThat(variants.get(0).get()).isNotEqualTo(null).isNotEqualTo("another type");
    }

    @Test
    void theOrderOfCallsDoesNotCount() {
        assertThat(files().latestFirst().maxFilesPerTrigger(7).option("LINESEP", "|"))
                .isEqualTo(files().option("lineSep", "|").maxFilesPerTrigger(7).latestFirst())
                .hasSameHashCodeAs(
                        files().option("lineSep", "|").maxFilesPerTrigger(7).latestFirst());
        KafkaSecurity login = KafkaSecurity.login("GSSAPI", "Kerberos");
        assertThat(login.with("b", "1").with("a", "2").options())
                .isEqualTo(login.with("a", "2").with("b", "1").options());
        assertThat(login.with("b", "1").with("a", "2"))
                .isEqualTo(login.with("a", "2").with("b", "1"));
        assertThat(Pipeline.named("a").from(OWN).to(SINK).availableNow())
                .isEqualTo(Pipeline.named("a").availableNow().to(SINK).from(OWN));
        Dataset<Row> rows = Spark.rate();
        assertThat(Sources.of(rows)).isEqualTo(Sources.of(rows)).isNotEqualTo(Sources.of(Spark.rate()));
    }

    @Test
    void otherTypesOfArgumentsGiveEqualValues() {
        assertThat(kafka().topics(List.of("a", "b"))).isEqualTo(kafka().topics("a", "b"));
        assertThat(kafka().partitions("a", List.of(1, 0))).isEqualTo(kafka().partitions("a", 0, 1));
        assertThat(kafka().option("minPartitions", 7).option("includeHeaders", true))
                .isEqualTo(kafka().minPartitions(7).withHeaders());
        assertThat(files().option("samplingRatio", 0.5).option("maxFilesPerTrigger", 7))
                .isEqualTo(files().option("samplingRatio", "0.5").maxFilesPerTrigger(7));
        assertThat(Sources.csv("/in").option("sep", ';').option("samplingRatio", 0.1f))
                .isEqualTo(Sources.csv("/in").option("sep", ";").option("samplingRatio", "0.1"));
        assertThat(Sources.format("csv").option("sep", ';').option("samplingRatio", 0.1f))
                .isEqualTo(Sources.format("csv").option("sep", ";").option("samplingRatio", "0.1"));
        assertThat(Sources.format("rate").schema("id BIGINT").option("numPartitions", 7))
                .isEqualTo(Sources.format("rate")
                        .schema(new StructType().add("id", "long"))
                        .option("numPartitions", "7"));
        assertThat(Pipeline.named("a").option("truncate", false).checkpointAt(Path.of("/c")))
                .isEqualTo(Pipeline.named("a").checkpointAt("file:///c").option("truncate", "false"));
        assertThat(List.of(
                        Sources.json(Path.of("/in")),
                        Sources.csv(Path.of("/in")),
                        Sources.parquet(Path.of("/in")),
                        Sources.orc(Path.of("/in")),
                        Sources.text(Path.of("/in"))))
                .containsExactly(
                        Sources.json("file:///in"),
                        Sources.csv("file:///in"),
                        Sources.parquet("file:///in"),
                        Sources.orc("file:///in"),
                        Sources.text("file:///in"));
    }

    @Test
    void aNumberIsNoWayAroundTheChecksOfAnOption() {
        assertThatThrownBy(() -> Pipeline.named("a").option("spark.sql.shuffle.partitions", 7))
                .hasMessageStartingWith("option(spark.sql.shuffle.partitions): ");
        assertThatThrownBy(() -> kafka().option("kafka.ssl.key.password", 4711))
                .hasMessageStartingWith("option(kafka.ssl.key.password, ***): ");
        assertThatThrownBy(() -> Sources.format("kafka").option("kafka.ssl.key.password", 4711))
                .hasMessageStartingWith("option(kafka.ssl.key.password, ***): ");
    }

    @Test
    void aDescriptionIsOneLine() {
        assertThat(files().option("lineSep", "\r\n").describe()).isEqualTo("json(lineSep=\\r\\n, path=/in)");
        assertThat(Sources.json("/in\u2028").describe()).isEqualTo("json(path=/in\\u2028)");
    }

    @Test
    void eachImmutableTypeOfTheApiIsCompared() throws Exception {
        Set<String> compared = new TreeSet<>(
                values().map(value -> "io.millrace.core." + value.get()[0]).toList());
        Stream.of(NOT_VALUES, NOT_COMPARED)
                .flatMap(Set::stream)
                .map(Class::getName)
                .forEach(compared::add);
        Path types = Path.of("../streaming-sinks/src/test/resources/io/millrace/public-types.txt");

        assertThat(compared)
                .containsExactlyElementsOf(Files.readAllLines(types).stream()
                        .filter(name -> name.startsWith("io.millrace.core."))
                        .sorted()
                        .toList());
    }

    private static FileSource files() {
        return Sources.json("/in");
    }

    private static KafkaSource kafka() {
        return Sources.kafka("broker-1:9092");
    }

    private static PlannedQuery planned(String name, OutputMode mode, Trigger trigger, Optional<String> checkpoint) {
        return new PlannedQuery(name, Optional.empty(), mode, trigger, checkpoint);
    }
}
