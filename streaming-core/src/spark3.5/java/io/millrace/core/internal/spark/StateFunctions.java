package io.millrace.core.internal.spark;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Functions with variables of state, which Spark 3.5 does not have. */
public final class StateFunctions {
    private StateFunctions() {}

    /** Whether {@code node} is one. */
    public static boolean isOne(LogicalPlan node) {
        return false;
    }

    /** The columns by which the one of {@code node} groups. */
    public static List<Attribute> keys(LogicalPlan node) {
        return List.of();
    }

    /** The columns that the one of {@code node} gets. */
    public static List<Attribute> columns(LogicalPlan node) {
        return List.of();
    }

    /** The state of those of {@code plan}, in the order in which Spark numbers them. */
    public static List<FunctionState> in(LogicalPlan plan) {
        return List.of();
    }

    /** What a step of a checkpoint keeps; empty if it is another one. */
    public static Optional<FunctionState> saved(SparkSession spark, Path step) {
        return Optional.empty();
    }
}
