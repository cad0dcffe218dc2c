package io.millrace.core;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A source that can say what is wrong with it without being read, so that a pipeline can go on looking behind it.
 */
abstract class CheckedSource implements Source {
    abstract ReaderSpec reading();

    /** What is wrong, and does not keep Spark from giving a schema. */
    abstract List<Problem> problems();

    /** What only the system that it reads from can tell; asked before a pipeline starts, if nothing else is wrong. */
    List<Problem> askServers(SparkSession spark, PipelineSpec parts) {
        return List.of();
    }

    /** Takes note of what a later start on the same checkpoint needs to know; called right before the start. */
    void beforeStart(SparkSession spark, PipelineSpec parts) {}

    @Override
    public final Dataset<Row> load(SparkSession spark) {
        List<Problem> problems = problems();
        if (!problems.isEmpty()) {
            throw new ValidationException("Source " + describe(), problems);
        }
        return reading().stream(spark);
    }

    @Override
    public final String describe() {
        return reading().describe();
    }

    /** As {@link #describe()}. */
    @Override
    public final String toString() {
        return describe();
    }
}
