package io.millrace.core;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class NullArgumentsTest {
    /** Kafka calls the first, and {@link QueryHealthTest} the others, on queries that run. */
    private static final Set<Class<?>> NOT_CALLED = Set.of(
            KafkaSecrets.class, StreamingQueries.class, Health.class, Health.Watch.class, SupervisedQuery.State.class);

    @Test
    void nullIsRefusedByName() throws Exception {
        new NullArguments(arguments())
                .areRefusedBy(
                        Files.readAllLines(
                                        Path.of("../streaming-sinks/src/test/resources/io/millrace/public-types.txt"))
                                .stream()
                                .filter(name -> name.startsWith("io.millrace.core."))
                                .<Class<?>>map(NullArgumentsTest::type)
                                .filter(type -> !NOT_CALLED.contains(type)));
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<Class<?>, Object> arguments() {
        Map<Class<?>, Object> arguments = new HashMap<>();
        KafkaSource kafka = Sources.kafka("localhost:9092").topics("hits");
        Source source = spark -> spark.readStream().format("rate").load();
        Sink sink = Dataset::writeStream;
        Transform transform = rows -> rows;
        arguments.put(Source.class, source);
        arguments.put(OptionalLong.class, OptionalLong.empty());
        arguments.put(Sink.class, sink);
        arguments.put(Map.class, Map.of());
        arguments.put(Transform.class, transform);
        Stream.of(
                        "a",
                        1,
                        1L,
                        0.5,
                        true,
                        Path.of("/in"),
                        Duration.ofSeconds(1),
                        Instant.EPOCH,
                        List.of("a"),
                        Optional.empty(),
                        OutputMode.Append(),
                        Trigger.AvailableNow(),
                        new StructType().add("a", "string"),
                        functions.col("a"),
                        Spark.session(),
                        Spark.rate(),
                        Secret.env("A"),
                        kafka,
                        kafka.batch(),
                        Offsets.earliest(),
                        KafkaSecurity.login("GSSAPI", "Kerberos"),
                        Sources.json("/in").schema("a STRING"),
                        Sources.format("rate"),
                        Sources.rate(),
                        Sources.socket("localhost", 9999),
                        Pipeline.named("a"),
                        Transforms.timeMarks("a"),
                        Transforms.joinStream(source, "a"),
                        new Problem("f", "v", "r", "h"),
                        SupervisedQuery.State.RUNNING,
                        new InetSocketAddress(0),
                        Supervisor.of(Pipeline.named("a")),
                        new PlannedQuery(
                                "a", Optional.empty(), OutputMode.Append(), Trigger.AvailableNow(), Optional.empty()))
                .forEach(value -> arguments.put(value.getClass(), value));
        Map.of(int.class, 1, long.class, 1L, double.class, 0.5, float.class, 0.5f, char.class, ';', boolean.class, true)
                .forEach(arguments::put);
        Stream.of(
                        Transforms.jsonFields("value").string("a", "$.a"),
                        Transforms.jsonFields("value").string("a", "$.a").route(),
                        Transforms.windowedCount("a", Duration.ofMinutes(1)),
                        Transforms.sessionCount("a", Duration.ofMinutes(1)),
                        CalendarWindow.days(ZoneOffset.UTC),
                        Transforms.withWatermark("a", Duration.ZERO),
                        Transforms.withWatermark("a", Duration.ZERO).aheadAtMost(Duration.ZERO),
                        DayOfWeek.MONDAY,
                        ZoneOffset.UTC,
                        Transforms.toJson("a"),
                        DataTypes.StringType)
                .forEach(value -> arguments.put(value.getClass(), value));
        arguments.put(Function.class, (Function<SparkSession, Dataset<Row>>) spark -> Spark.rate());
        arguments.put(UnaryOperator.class, UnaryOperator.identity());
        arguments.put(Secret.Lookup.class, (Secret.Lookup) () -> "");
        arguments.put(int[].class, new int[] {0});
        return arguments;
    }
}
