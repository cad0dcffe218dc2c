package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.sinks.jdbc.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** Pipelines that are rehearsed, and what may not be touched meanwhile. */
abstract class RehearsalCheck extends KafkaSourceCheck {
    final Path checkpoint;

    RehearsalCheck(Path directory, TestInfo test) {
        super(directory, test);
        checkpoint = directory.resolve("checkpoint");
    }

    @BeforeEach
    final void createTables() {
        KAFKA.createTopic(topic, 1);
        Server.execute(
                "DROP TABLE IF EXISTS rehearsed, counted, millrace_ledger, millrace_fence",
                "CREATE TABLE rehearsed (id text)",
                "CREATE TABLE counted (zip text PRIMARY KEY, count bigint)");
    }

    final Pipeline hits() {
        KafkaSource source =
                kafka().topics(topic).startingFrom(Offsets.earliest()).maxOffsetsPerTrigger(10);
        return Pipeline.named("hits")
                .from(source)
                .via(rows -> rows.selectExpr("cast(value as string) as id"))
                .to(Sinks.jdbc(Server.database()).table("rehearsed").appendExactlyOnce())
                .availableNow()
                .checkpointAt(checkpoint);
    }

    final void assertNoCopyIsLeft() {
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside.map(Path::getFileName).map(Path::toString)).isSubsetOf("checkpoint", "input", "out");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The content of each file. */
    static Map<String, String> files(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                content.put(root.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return content;
    }
}
