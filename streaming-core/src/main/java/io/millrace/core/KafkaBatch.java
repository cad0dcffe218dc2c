package io.millrace.core;

import java.util.ArrayList;
import java.util.List;
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
    private final Reading reading;
    private final List<Problem> problems;

    private KafkaBatch(Reading reading, List<Problem> problems) {
        this.reading = reading;
        this.problems = List.copyOf(problems);
    }

    static KafkaBatch of(Reading stream, List<Problem> ofStream, Offsets ending) {
        List<Problem> problems = new ArrayList<>(ofStream);
        if ("latest".equals(stream.options().get("startingOffsets"))) {
            problems.add(new Problem(
                    "startingFrom", "latest", "a batch from the latest records on is empty", "Start at the earliest."));
        }
        if (ending.kind == Offsets.Kind.EARLIEST) {
            problems.add(new Problem(
                    "endingAt", "earliest", "a batch up to the earliest record is empty", "End at the latest."));
        }
        // Spark warns of these in a batch, where they mean nothing.
        Reading batch = stream.without(key -> List.of("maxOffsetsPerTrigger", "minOffsetsPerTrigger", "maxTriggerDelay")
                .contains(key));
        return new KafkaBatch(batch.with(ending.options("ending")), problems);
    }

    /**
     * The rows, with the columns of {@link KafkaSource}; nothing is read before an action.
     *
     * @throws ValidationException with all that is wrong with the source or its offsets
     */
    public Dataset<Row> load(SparkSession spark) {
        if (!problems.isEmpty()) {
            throw new ValidationException("Batch " + reading.describe(), problems);
        }
        return reading.batch(spark);
    }

    /** Format and options, without secrets. */
    @Override
    public String toString() {
        return reading.describe();
    }
}
