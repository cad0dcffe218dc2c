package io.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A source, and a step on its rows before anything else. */
final class ShapedSource extends SourceWithChecks {
    private final Source source;
    private final Transform step;

    ShapedSource(Source source, Transform step) {
        this.source = source;
        this.step = step;
    }

    @Override
    Outcome attempt(SparkSession spark) {
        Outcome loaded = attempt(source, spark);
        List<Problem> problems = new ArrayList<>(loaded.problems());
        if (loaded.rows().isEmpty()) {
            return loaded;
        }
        Outcome shaped = Step.attempt(step, loaded.rows().get());
        problems.addAll(shaped.problems());
        return new Outcome(shaped.rows(), problems);
    }

    @Override
    List<Problem> askServers(SparkSession spark, PlannedQuery query) {
        return source instanceof SourceWithChecks checked ? checked.askServers(spark, query) : List.of();
    }

    @Override
    void beforeStart(SparkSession spark, PlannedQuery query) {
        if (source instanceof SourceWithChecks checked) {
            checked.beforeStart(spark, query);
        }
    }

    @Override
    List<KafkaSource> kafkaSources() {
        return kafkaSources(source);
    }

    @Override
    Source rehearsed() {
        return new ShapedSource(rehearsed(source), step);
    }

    @Override
    List<String> starts() {
        return source instanceof SourceWithChecks checked ? checked.starts() : List.of();
    }

    @Override
    public String describe() {
        return source.describe() + ", then " + step.describe();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShapedSource that && source.equals(that.source) && step.equals(that.step);
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + step.hashCode();
    }
}
