package io.millrace.benchmarks;

import java.util.List;

/** Changes of functions with variables of state, which Spark 3.5 does not have. */
final class GuardedVariables {
    private GuardedVariables() {}

    static List<GuardedChange> all() {
        return List.of();
    }
}
