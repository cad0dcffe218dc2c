package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A source that a pipeline checks before the start, as far as possible without reading from it. */
abstract class SourceWithChecks implements Source {
    /** The rows as far as they are known, and what is wrong without asking any server. */
    abstract Outcome attempt(SparkSession spark);

    /** Problems that only the system it reads from can report; checked before a start, if nothing else is wrong. */
    List<Problem> askServers(SparkSession spark, PlannedQuery query) {
        return List.of();
    }

    /** Records what a later start on the same checkpoint has to check; called right before the start. */
    void beforeStart(SparkSession spark, PlannedQuery query) {}

    /** The same rows, read without any effect on where they come from. */
    Source rehearsed() {
        return this;
    }

    /** What {@code source} is in a rehearsal. */
    static Source rehearsed(Source source) {
        return source instanceof SourceWithChecks checked ? checked.rehearsed() : source;
    }

    /** How many partitions it reads now, each of which needs a core in real-time mode; 0 if that is not known. */
    int partitions() {
        return 0;
    }

    /** Settings of the start, which a checkpoint overrides. */
    List<String> starts() {
        return List.of();
    }

    /** The Kafka sources that {@code source} reads, in Spark's order. */
    static List<KafkaSource> kafkaSources(Source source) {
        return source instanceof SourceWithChecks checked ? checked.kafkaSources() : List.of();
    }

    /** The Kafka sources that it reads, in Spark's order. */
    List<KafkaSource> kafkaSources() {
        return List.of();
    }

    /** What {@code source} gives, with its own checks if it has any. */
    static Outcome attempt(Source source, SparkSession spark) {
        if (source instanceof SourceWithChecks checked) {
            return checked.attempt(spark);
        }
        try {
            return Outcome.of("from", source.describe(), source.load(spark));
        } catch (ValidationException e) {
            return Outcome.refused(e.problems());
        }
    }

    @Override
    public final Dataset<Row> load(SparkSession spark) {
        notNull("load(spark)", spark);
        Outcome outcome = attempt(spark);
        if (!outcome.problems().isEmpty()) {
            throw new ValidationException("Source " + describe(), outcome.problems());
        }
        return outcome.rows().orElseThrow();
    }

    /** As {@link #describe()}. */
    @Override
    public final String toString() {
        return describe();
    }
}
