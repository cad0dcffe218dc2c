package io.millrace.core.internal.spark;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What Spark keeps of a function with variables of state, {@code transformWithState}.
 *
 * @param timeMode by which its timers run
 * @param outputMode in which it was called
 * @param keys those of its groups
 * @param variables in the order of their names
 */
public record FunctionState(String timeMode, String outputMode, StructType keys, List<Variable> variables) {
    public FunctionState {
        variables = List.copyOf(variables);
    }

    /**
     * A variable.
     *
     * @param kind of a value, a list or a map
     * @param expires whether it has a time to live
     * @param keys those of its groups, and of a map its own
     * @param values what it holds, with the time at which it expires
     */
    public record Variable(String name, String kind, boolean expires, StructType keys, StructType values) {}
}
