package io.millrace.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The same records as a {@link KafkaSource} gives, read once as a batch: what a backfill runs its transforms on. The end
 * is fixed when an action runs. Immutable.
 *
 * <pre>{@code
 * Dataset<Row> history = Sources.kafka("localhost:9092").topics("hits").batch().load(spark);
 * }</pre>
 */
public final class KafkaBatch {
    private final ReaderSpec reading;
    private final List<Problem> problems;
    private final Duration patience;

    private KafkaBatch(ReaderSpec reading, List<Problem> problems, Duration patience) {
        this.reading = reading;
        this.problems = List.copyOf(problems);
        this.patience = patience;
    }

    static KafkaBatch of(ReaderSpec stream, List<Problem> ofStream, Offsets ending, Duration patience) {
        List<Problem> problems = new ArrayList<>(ofStream);
        Optional<Offsets> starting = Offsets.of(stream.options(), "starting");
        if (starting.filter(Offsets::namesLatest).isPresent()) {
            problems.add(new Problem(
                    "startingFrom",
                    starting.get().toString(),
                    "a batch from the latest records on is empty",
                    "Start at the earliest."));
        }
        if (ending.namesEarliest()) {
            problems.add(new Problem(
                    "endingAt", ending.toString(), "a batch up to the earliest record is empty", "End at the latest."));
        }
        if (starting.filter(ending::isBefore).isPresent()) {
            problems.add(new Problem(
                    "endingAt",
                    ending.toString(),
                    "this is before the start, " + starting.get() + ", so that the batch is empty",
                    "Name a later end, or an earlier start."));
        }
        // Spark warns of these in a batch, where they mean nothing.
        ReaderSpec batch =
                stream.without(key -> List.of("maxOffsetsPerTrigger", "minOffsetsPerTrigger", "maxTriggerDelay")
                        .contains(key));
        return new KafkaBatch(
                batch.without(key -> key.startsWith("ending")).with(ending.options("ending")), problems, patience);
    }

    /**
     * The rows, with the columns of {@link KafkaSource}; nothing is read before an action. If partitions are named, here
     * or in the offsets, it asks the brokers whether they are there.
     *
     * @throws ValidationException with all that is wrong with the source or its offsets
     */
    public Dataset<Row> load(SparkSession spark) {
        refuse(problems);
        if (namesPartitions()) {
            refuse(KafkaBrokers.of(reading.options(), patience).problemsOfReading(admin -> {
                KafkaTopics topics = KafkaTopics.of(admin, reading.options());
                List<Problem> found = new ArrayList<>(topics.unknownPartitions());
                if (found.isEmpty()) {
                    found.addAll(topics.problems("starting", "startingFrom"));
                    found.addAll(topics.problems("ending", "endingAt"));
                }
                return found;
            }));
        }
        return reading.batch(spark);
    }

    private boolean namesPartitions() {
        return reading.options().containsKey("assign")
                || Stream.of("starting", "ending")
                        .flatMap(edge -> Offsets.of(reading.options(), edge).stream())
                        .anyMatch(offsets -> !offsets.partitions.isEmpty());
    }

    private void refuse(List<Problem> found) {
        if (!found.isEmpty()) {
            throw new ValidationException("Batch " + reading.describe(), found);
        }
    }

    /** Format and options, without secrets. */
    @Override
    public String toString() {
        return reading.describe();
    }
}
