package io.millrace.core.internal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.FailureKind;
import io.millrace.testkit.servers.TestKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Producers that tasks share, and that are gone when nobody uses them. */
@Timeout(30)
class SharedProducersTest {
    private static final TestKafka KAFKA = TestKafka.shared();

    private final String topic;
    private final Map<String, String> settings;

    SharedProducersTest(TestInfo test) {
        this.topic = test.getTestMethod().orElseThrow().getName();
        this.settings = Map.of("bootstrap.servers", KAFKA.bootstrapServers(), "client.id", topic);
    }

    @Test
    void tasksAtOnceShareOneProducerAndIdleOnesAreClosed() throws Exception {
        KAFKA.createTopic(topic, 1);
        SharedProducers producers = new SharedProducers(Duration.ofMillis(500));

        CompletableFuture<?>[] tasks = IntStream.range(0, 8)
                .mapToObj(task -> CompletableFuture.runAsync(() -> send(producers, records(2_500))))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(tasks).get();
        assertThat(threads()).as("threads of producers").hasSize(1);
        assertThat(KAFKA.records(topic)).hasSize(20_000);

        awaitNoThread();
        send(producers, records(1));
        assertThat(KAFKA.records(topic)).as("after it was closed").hasSize(20_001);
        awaitNoThread();
    }

    @Test
    void aBrokerWhoseNameIsNotKnownIsWorthAnotherAttempt() {
        SharedProducers producers = new SharedProducers(Duration.ofMillis(1));

        assertThatThrownBy(() -> producers.send(
                        Map.of("bootstrap.servers", "nowhere.invalid:9092", "client.id", topic), records(1)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("no producer: ConfigException");
    }

    @Test
    void aTopicThatIsGoneIsWorthAnotherAttemptAndARecordThatIsTooLargeIsNot() throws Exception {
        SharedProducers producers = new SharedProducers(Duration.ofMillis(1));

        assertThatThrownBy(() -> producers.send(
                        Map.of(
                                "bootstrap.servers",
                                KAFKA.bootstrapServers(),
                                "max.block.ms",
                                "200",
                                "client.id",
                                topic),
                        List.of(new ProducerRecord<>("nowhere", bytes("x")))))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("Exception: Topic nowhere not present in metadata after 200 ms");

        KAFKA.createTopic(topic, 1);
        assertThatThrownBy(() ->
                        producers.send(settings, List.of(new ProducerRecord<>(topic, bytes("secret".repeat(200_000))))))
                .isInstanceOfSatisfying(NotAcceptedException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(FailureKind.ROW_REFUSED);
                    assertThat(refused).hasMessage("one is too large for the producer or the topic");
                });
        awaitNoThread();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        SharedProducers producers = new SharedProducers(Duration.ofMillis(1));
        List<Throwable> thrown = new ArrayList<>();
        Thread task = new Thread(() -> {
            try {
                producers.send(settings, List.of(new ProducerRecord<>("nowhere", bytes("x"))));
            } catch (IOException | RuntimeException e) {
                thrown.add(e);
            }
        });
        task.start();
        task.interrupt();
        task.join();

        assertThat(thrown).singleElement().asString().contains("was given up");
        awaitNoThread();
    }

    private void send(SharedProducers producers, List<ProducerRecord<byte[], byte[]>> records) {
        try {
            producers.send(settings, records);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<ProducerRecord<byte[], byte[]>> records(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> new ProducerRecord<byte[], byte[]>(topic, bytes("v" + n)))
                .toList();
    }

    private List<String> threads() {
        return Stream.of(Thread.getAllStackTraces().keySet())
                .flatMap(threads -> threads.stream())
                .map(Thread::getName)
                .filter(name -> name.contains("producer") && name.contains(topic))
                .toList();
    }

    private void awaitNoThread() {
        while (!threads().isEmpty()) {
            assertThat(Thread.interrupted()).as("no producer is closed in time").isFalse();
            Thread.onSpinWait();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
