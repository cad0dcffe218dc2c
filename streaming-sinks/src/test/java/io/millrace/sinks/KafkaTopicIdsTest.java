package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Topics that are deleted and created anew, found by the ids that a checkpoint has of them. */
class KafkaTopicIdsTest extends KafkaSourceCheck {
    KafkaTopicIdsTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    @Test
    void aTopicThatWasCreatedAnewIsRefusedByItsCheckpoint() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(100);
        Path checkpoint = directory.resolve("checkpoint");
        KafkaSource source = kafka().topics(topic).startingFrom(Offsets.earliest());
        run(pipeline(source, checkpoint));
        run(pipeline(source, checkpoint));

        createAnew();
        send(150);

        assertThat(refusals(source, checkpoint))
                .containsExactly("topic(" + topic + "): the checkpoint at " + checkpoint
                        + " has offsets of another topic of this name, which was deleted and created anew, or is on"
                        + " other"
                        + " brokers: records before those offsets would be lost. Start with a new checkpoint, or accept"
                        + " the loss with failOnDataLoss(false).");
        assertThat(refusals(kafka().topicPattern(topic + ".*"), checkpoint)).hasSize(1);
        assertThat(refusals(source, directory.resolve("new"))).isEmpty();
        run(pipeline(source.failOnDataLoss(false), checkpoint));
        assertThat(refusals(source, checkpoint)).as("the loss was accepted").isEmpty();
    }

    @Test
    void aCheckpointWithoutTheIdsOfItsTopicsGetsThem() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(10);
        Path checkpoint = directory.resolve("checkpoint");
        KafkaSource source = kafka().topics(topic).startingFrom(Offsets.earliest());
        run(pipeline(source, checkpoint));
        Files.delete(checkpoint.resolve("millrace/topics"));

        assertThat(refusals(source, checkpoint)).isEmpty();
        assertThat(checkpoint.resolve("millrace/topics"))
                .as("validate writes nothing")
                .doesNotExist();
        run(pipeline(source, checkpoint));
        createAnew();

        assertThat(refusals(source, checkpoint)).hasSize(1);
    }

    @Test
    void topicsThatJoinOrWereNeverReadAreAccepted() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(10);
        Path checkpoint = directory.resolve("checkpoint");
        KafkaSource source = kafka().topicPattern(topic + ".*").startingFrom(Offsets.earliest());
        run(pipeline(source, checkpoint));
        KAFKA.createTopic(topic + "2", 1);
        assertThat(refusals(source, checkpoint)).isEmpty();

        Path unread = directory.resolve("unread");
        Files.createDirectories(unread.resolve("millrace"));
        Files.copy(checkpoint.resolve("millrace/topics"), unread.resolve("millrace/topics"));
        createAnew();

        assertThat(refusals(source, unread)).isEmpty();
    }

    @Test
    void eachMemberOfAUnionHasItsTopicsChecked() throws Exception {
        KAFKA.createTopic(topic, 1);
        KAFKA.createTopic(topic + "2", 1);
        send(10);
        Path checkpoint = directory.resolve("checkpoint");
        Source union = Sources.union(
                kafka().topics(topic + "2").startingFrom(Offsets.earliest()),
                kafka().topics(topic).startingFrom(Offsets.earliest()).via(Transforms.where("value IS NOT NULL")));
        run(pipeline(union, checkpoint));
        assertThat(refusals(union, checkpoint)).isEmpty();
        assertThat(pipeline(union, checkpoint).validate(TestStreams.session()))
                .as("both starts are overridden by the checkpoint")
                .hasSize(2)
                .allSatisfy(note -> assertThat(note.field()).isEqualTo("startingFrom"));

        createAnew();

        assertThat(refusals(union, checkpoint))
                .singleElement()
                .asString()
                .startsWith("source 2 of the union: topic(" + topic + "): the checkpoint at " + checkpoint
                        + " has offsets of another topic of this name");
    }

    /** Returns when there is another topic of the same name. */
    private void createAnew() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            Await.until(() -> !admin.listTopics().names().get().contains(topic));
        }
        KAFKA.createTopic(topic, 1);
    }
}
