package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/restarts.md says about new checkpoints and refused starts; {@code ./bench guard} has the changes. */
@StreamingTest
class RestartsGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "restarts.md");

    private final List<String> written = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path directory;

    @Test
    void theOldJobGoesOnAfterAStartWithAnotherTopic(StreamKit kit) throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("restarts-old", 1);
        kafka.createTopic("restarts-new", 1);
        KafkaSource old =
                Sources.kafka(kafka.bootstrapServers()).topics("restarts-old").startingFrom(Offsets.earliest());
        kafka.send("restarts-old", "one");
        run(kit, values(old));
        kafka.send("restarts-old", "two");
        kafka.send("restarts-new", "other");

        assertThatThrownBy(() -> run(kit, values(old.topics("restarts-new"))))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("has offsets of restarts-old-0, which this source does not read any more");
        run(kit, values(old));
        assertThat(written).containsExactly("[one]", "[two]");
    }

    @Test
    void aFileSinkNoticesANewCheckpoint(StreamKit kit) throws Exception {
        assertIsNoticed("a new checkpoint, with the directory of a file sink");
        files();
        Pipeline json = zips().to(Sinks.json(directory.resolve("output").toString()));
        run(kit, json);

        assertThatThrownBy(() -> run(kit, json.checkpointAt(directory.resolve("new"))))
                .hasStackTraceContaining("millrace");
    }

    @Test
    void anExactlyOnceSinkNoticesANewCheckpoint(StreamKit kit) throws Exception {
        assertIsNoticed("a new checkpoint, with the table of an exactly-once sink");
        TestPostgres postgres = TestPostgres.shared();
        postgres.execute("CREATE TABLE restarts (zip text)");
        files();
        Pipeline appended =
                zips().to(Sinks.jdbc(Database.at(postgres)).table("restarts").appendExactlyOnce());
        run(kit, appended);

        assertThatThrownBy(() -> run(kit, appended.checkpointAt(directory.resolve("new"))))
                .hasStackTraceContaining("millrace");
    }

    private static void assertIsNoticed(String change) throws IOException {
        assertThat(Files.readString(GUIDE)).contains("| " + change + " | Millrace |");
    }

    private static void run(StreamKit kit, Pipeline pipeline) throws Exception {
        pipeline.availableNow().start(kit.spark()).awaitTermination();
    }

    private Pipeline zips() {
        return Pipeline.named("restarts")
                .from(Sources.json(directory.resolve("hits").toString()).schema("zip STRING"))
                .checkpointAt(directory.resolve("checkpoint"));
    }

    private Pipeline values(KafkaSource source) {
        return zips().from(source)
                .via(Transforms.cast("value", "STRING"))
                .via(Transforms.select("value"))
                .to(Sinks.foreachBatch((rows, batch) ->
                        rows.collectAsList().stream().map(Row::toString).forEach(written::add)));
    }

    private void files() throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve("hits")).resolve("hit.json"), "{\"zip\":\"9000\"}");
    }
}
