package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Triggers;
import io.millrace.core.internal.kafka.KafkaBrokers;
import io.millrace.core.internal.kafka.KafkaEnd;
import io.millrace.core.internal.kafka.KafkaOffsets;
import io.millrace.core.internal.kafka.KafkaOptions;
import io.millrace.core.internal.kafka.KafkaTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The records of a {@link KafkaSource}, read once as a batch, for backfills. The end is fixed when an action runs.
 * Immutable.
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

    static KafkaBatch of(ReaderSpec stream, List<Problem> ofStream, KafkaOffsets ending, Duration patience) {
        List<Problem> problems = new ArrayList<>(ofStream);
        problems.addAll(problems(stream, ending, "endingAt", "batch"));
        // These mean nothing in a batch, and Spark warns about them.
        ReaderSpec batch =
                stream.without(key -> List.of("maxOffsetsPerTrigger", "minOffsetsPerTrigger", "maxTriggerDelay")
                        .contains(key));
        return new KafkaBatch(
                batch.without(key -> key.startsWith("ending")).with(ending.options("ending")), problems, patience);
    }

    /**
     * Why {@code what}, such as a batch, is empty.
     *
     * @param call has named its end
     */
    static List<Problem> problems(ReaderSpec stream, KafkaOffsets ending, String call, String what) {
        List<Problem> problems = new ArrayList<>();
        Optional<KafkaOffsets> starting = KafkaOffsets.of(stream.options(), "starting");
        if (starting.filter(KafkaOffsets::namesLatest).isPresent()) {
            problems.add(new Problem(
                    "startingFrom",
                    starting.get().toString(),
                    "a " + what + " that starts at the latest records is empty",
                    "Start at the earliest."));
        }
        if (ending.namesEarliest()) {
            problems.add(new Problem(
                    call,
                    ending.toString(),
                    "a " + what + " up to the earliest record is empty",
                    "End at the latest."));
        }
        if (starting.filter(ending::isBefore).isPresent()) {
            problems.add(new Problem(
                    call,
                    ending.toString(),
                    "this is before the start, " + starting.get() + ", so that the " + what + " is empty",
                    "Name a later end, or an earlier start."));
        }
        return problems;
    }

    /**
     * The rows, with the columns of {@link KafkaSource}; nothing is read before an action. If partitions are named,
     * here or in the offsets, it asks the brokers whether they exist.
     *
     * @throws ValidationException with all that is wrong with the source or its offsets
     */
    public Dataset<Row> load(SparkSession spark) {
        notNull("load(spark)", spark);
        refuse(problems);
        if (namesPartitions()) {
            refuse(Finding.all(
                    KafkaBrokers.of(reading.options(), patience).problemsOfReading(this::problemsOfPartitions),
                    Problem::new));
        }
        return loaded().batch(spark);
    }

    /** What Spark's reader gets. */
    ReaderSpec loaded() {
        return reading.orElse(KafkaOptions.DEFAULTS);
    }

    private List<Finding> problemsOfPartitions(Admin admin) throws InterruptedException, ExecutionException {
        KafkaTopics topics = KafkaTopics.of(admin, reading.options());
        List<Finding> found = new ArrayList<>(topics.unknownPartitions());
        if (found.isEmpty()) {
            found.addAll(topics.problems("starting", "startingFrom"));
            found.addAll(topics.problems("ending", "endingAt"));
        }
        return found;
    }

    private boolean namesPartitions() {
        return reading.options().containsKey("assign")
                || Stream.of("starting", "ending")
                        .flatMap(edge -> KafkaOffsets.of(reading.options(), edge).stream())
                        .anyMatch(offsets -> !offsets.partitions().isEmpty());
    }

    private void refuse(List<Problem> found) {
        if (!found.isEmpty()) {
            throw new ValidationException("Batch " + reading.describe(), found);
        }
    }

    /** Whether {@code other} reads the same records. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KafkaBatch batch && reading.equals(batch.reading) && problems.equals(batch.problems);
    }

    @Override
    public int hashCode() {
        return reading.hashCode();
    }

    /** Format and options, without secrets. */
    @Override
    public String toString() {
        return reading.describe();
    }

    /** Why a query does not end at {@code end}; empty if it does. */
    static Optional<Problem> problemOfEnd(SparkSession spark, PlannedQuery query, KafkaOffsets end) {
        if (!Triggers.isAvailableNow(query.trigger())) {
            return Optional.of(new Problem(
                    "until",
                    end.toString(),
                    "with this trigger the query would wait there for ever",
                    "Call availableNow() on the pipeline, or leave the end out."));
        }
        return query.checkpointLocation()
                .flatMap(location -> KafkaEnd.otherThan(spark, location, end))
                .map(kept -> new Problem(
                        "until",
                        end.toString(),
                        "the checkpoint was started with until(" + kept + ") and keeps it",
                        "Name that one, or start with a new checkpoint."));
    }
}
