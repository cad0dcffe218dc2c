package io.millrace.sinks;

import io.millrace.core.BatchSink;
import io.millrace.core.JdbcConnectionDetails;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.NullArguments;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Secret;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class NullArgumentsTest {
    @Test
    void nullIsRefusedByName() throws Exception {
        new NullArguments(arguments())
                .areRefusedBy(Files.readAllLines(Path.of("src/test/resources/io/millrace/public-types.txt")).stream()
                        .filter(name -> name.startsWith("io.millrace.sinks."))
                        .map(NullArgumentsTest::type));
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
        VoidFunction2<Dataset<Row>, Long> function = (rows, batchId) -> {};
        Database database = Database.at("jdbc:postgresql://h/shop");
        JdbcTarget target = Sinks.jdbc(database).table("t");
        Stream.of(
                        "a",
                        Path.of("/out"),
                        Duration.ofSeconds(1),
                        List.of("a"),
                        new StructType().add("a", "string"),
                        TestStreams.hits(),
                        Secret.env("A"),
                        KafkaSecurity.tls(),
                        new PlannedQuery(
                                "a", Optional.empty(), OutputMode.Append(), Trigger.AvailableNow(), Optional.empty()),
                        Sinks.console(),
                        Sinks.display(),
                        Sinks.csv("/out"),
                        Sinks.foreachBatch(function),
                        Sinks.foreach(new Ignoring()),
                        Sinks.format("noop"),
                        Sinks.kafka("localhost:9092"),
                        Sinks.memory(),
                        Sinks.several("a", Sinks.console()),
                        database,
                        database.deadLetters("t"),
                        Instant.EPOCH,
                        Lookups.jdbc(database).table("t").key("id").columns("b").wholeTable(),
                        target,
                        target.upsertOn("id"),
                        target.appendExactlyOnce(),
                        Sinks.jdbc(database).tableFrom("a", Map.of("a", target.upsertOn("id"))),
                        new Ignoring())
                .forEach(value -> arguments.put(value.getClass(), value));
        arguments.put(VoidFunction2.class, function);
        arguments.put(Map.class, Map.of("a", target.upsertOn("id")));
        arguments.put(BatchSink.class, target.upsertOn("id"));
        arguments.put(Transform.class, Transforms.where("true"));
        arguments.put(SparkSession.class, TestStreams.session());
        arguments.put(JdbcConnectionDetails.class, new Details());
        Map.of(int.class, 7, long.class, 7L, double.class, 0.5, float.class, 0.5f, char.class, ';', boolean.class, true)
                .forEach(arguments::put);
        return arguments;
    }

    private record Details() implements JdbcConnectionDetails {
        @Override
        public String jdbcUrl() {
            return "jdbc:postgresql://h/shop";
        }

        @Override
        public String user() {
            return "me";
        }

        @Override
        public Secret secret() {
            return Secret.env("A");
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
