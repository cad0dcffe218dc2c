package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.core.Sources;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A query whose user may read the topic, and may not commit to the consumer group that shows its lag. */
@Timeout(120)
class KafkaGroupRightsTest {
    private static final String TOPIC = "guarded";
    private static final String PASSWORD = "canary-4711";

    @RegisterExtension
    static final TestKafka KAFKA =
            TestKafka.configured().user("reader", PASSWORD).start();

    private final ConsumerGroup group = new ConsumerGroup(KAFKA.bootstrapServers(), "guarded-group");

    @Test
    void aMissingRightIsSaidOnceAndTheQueryGoesOnUntilItIsGranted(@TempDir Path directory) throws Exception {
        KAFKA.createTopic(TOPIC, 1);
        allow(ResourceType.TOPIC, TOPIC);
        Pipeline pipeline = pipeline(directory);

        assertThat(notes(pipeline))
                .containsExactly("commitOffsetsTo(guarded-group): the user of this job may not commit offsets to this"
                        + " group, so that tools show no lag; the query runs without. Grant it READ on the group.");
        List<String> log;
        try (KeptLog kept = KeptLog.ofAll()) {
            StreamingQuery query = pipeline.start(session());
            for (int batch = 1; batch <= 3; batch++) {
                KAFKA.send(TOPIC, "row");
                query.processAllAvailable();
                int failures = batch;
                Await.until(() -> group.failures("guarded") >= failures);
            }
            log = kept.lines();
            assertThat(group.topics()).isEmpty();

            allow(ResourceType.GROUP, group.name());
            KAFKA.send(TOPIC, "row");
            query.processAllAvailable();
            group.awaitLag(0, TOPIC);
            assertThat(query.isActive()).isTrue();
            query.stop();
        }
        assertThat(log)
                .filteredOn(line -> line.contains(group.name()) && !line.contains("commitOffsetsTo"))
                .containsExactly("The offsets of query \"guarded\" were not committed to the consumer group"
                        + " \"guarded-group\": the user of this job may not do it. Grant it READ on the group. The"
                        + " query itself does not need them, and continues.");
        assertThat(log).noneMatch(line -> line.contains("canary"));
        assertThat(notes(pipeline)).noneMatch(note -> note.startsWith("commitOffsetsTo"));
    }

    private static Pipeline pipeline(Path directory) {
        return Pipeline.named("guarded")
                .from(Sources.kafka(KAFKA.securedServers())
                        .topics(TOPIC)
                        .startingFrom(Offsets.earliest())
                        .security(KafkaSecurity.plain("reader", Secret.from(() -> PASSWORD))
                                .trusting(KAFKA.certificate()))
                        .commitOffsetsTo("guarded-group"))
                .to(Sinks.format("noop"))
                .checkpointAt(directory.resolve("checkpoint"));
    }

    private static List<String> notes(Pipeline pipeline) {
        return pipeline.validate(session()).stream().map(Problem::toString).toList();
    }

    private static void allow(ResourceType type, String name) throws Exception {
        AclBinding reading = new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:reader", "*", AclOperation.READ, AclPermissionType.ALLOW));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.createAcls(List.of(reading)).all().get();
            Await.until(
                    () -> admin.describeAcls(reading.toFilter()).values().get().contains(reading));
        }
    }
}
