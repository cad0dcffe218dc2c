package io.millrace.sinks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.DeadLetterSink;
import io.millrace.core.Problem;
import io.millrace.core.internal.kafka.NotAcceptedException;
import io.millrace.core.internal.kafka.SharedProducers;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends dead letters to a topic, by a producer that the tasks of a JVM share. */
final class KafkaLetterSender implements DeadLetterSink.Sender {
    @Serial
    private static final long serialVersionUID = 1L;

    /** As they go to Spark's own sink: passwords are placeholders. */
    private final HashMap<String, String> options;

    private final String topic;
    private final Duration patience;
    private final String description;

    KafkaLetterSender(ProducerSettings settings, String topic, Duration patience) {
        this.options = new HashMap<>(settings.options());
        this.topic = topic;
        this.patience = patience;
        this.description = "kafka topic " + topic + " at " + settings + settings.describeOthers();
    }

    @Override
    public List<Problem> check() {
        ProducerSettings settings = ProducerSettings.of(options);
        List<Problem> problems = new ArrayList<>(settings.problems());
        if (problems.isEmpty()) {
            settings.brokerProblem(patience).ifPresent(problems::add);
        }
        return problems;
    }

    @Override
    public void send(List<DeadLetterSink.Letter> letters) throws IOException {
        try {
            SharedProducers.OF_JVM.send(
                    ProducerSettings.of(options).producerProperties(),
                    letters.stream().map(this::asRecord).toList());
        } catch (NotAcceptedException e) {
            throw new NotAcceptedException(
                    "Dead letters cannot be sent to " + description + ": " + e.getMessage()
                            + ". Fix that and restart: their rows and those that came with them come again.",
                    e.kind());
        }
    }

    private ProducerRecord<byte[], byte[]> asRecord(DeadLetterSink.Letter letter) {
        ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>(
                topic, letter.key().map(KafkaLetterSender::bytes).orElse(null), bytes(letter.value()));
        letter.headers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(header -> sent.headers().add("millrace." + header.getKey(), bytes(header.getValue())));
        return sent;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KafkaLetterSender sender && options.equals(sender.options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }

    /** Topic, brokers and options, without secrets. */
    @Override
    public String toString() {
        return description;
    }
}
