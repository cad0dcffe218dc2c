package io.millrace.sinks.jdbc;

import io.millrace.core.DeadLetterSink;
import io.millrace.core.Problem;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A driver that ends, as if it was killed, before or after its dead letters are sent. */
final class HaltingLetters {
    static final int HALTED = 42;

    private HaltingLetters() {}

    /** Arguments: URL, verb, BEFORE or AFTER, checkpoint, brokers, topic. */
    public static void main(String[] arguments) throws Exception {
        TestStreams.session("local[2]");
        DeadLetterSink kafka = Sinks.kafka(arguments[4]).topic(arguments[5]);
        Halting sender = new Halting(kafka.sender(), arguments[2].equals("BEFORE"));
        Batches.batch(
                JdbcKafkaLettersFaultTest.sink(ChildDriver.database(arguments[0]), arguments[1], () -> sender)
                        .write(JdbcKafkaLettersFaultTest.rows(2)),
                Path.of(arguments[3]));
    }

    private record Halting(DeadLetterSink.Sender sender, boolean before) implements DeadLetterSink.Sender {
        @Override
        public List<Problem> check() {
            return sender.check();
        }

        @Override
        public void send(List<DeadLetterSink.Letter> letters) throws IOException {
            if (!before) {
                sender.send(letters);
            }
            Runtime.getRuntime().halt(HALTED);
        }
    }
}
