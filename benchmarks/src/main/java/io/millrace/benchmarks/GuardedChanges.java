package io.millrace.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/** The changes of {@code docs/restarts.md}, in its order. */
final class GuardedChanges {
    private GuardedChanges() {}

    /** All, and those of what only this line of Spark has. */
    static List<GuardedChange> onThisLine() {
        return Stream.concat(all().stream(), GuardedVariables.all().stream()).toList();
    }

    static List<GuardedChange> all() {
        return Stream.of(
                        GuardedSteps.withoutState(),
                        GuardedAggregates.aggregates(),
                        GuardedAggregates.keys(),
                        GuardedWindows.windows(),
                        GuardedWindows.watermarks(),
                        GuardedSteps.duplicates(),
                        GuardedJoins.joins(),
                        GuardedSteps.functions(),
                        GuardedSteps.steps(),
                        GuardedSources.sources(),
                        GuardedSources.kafka(),
                        GuardedSettings.settings(),
                        GuardedSettings.sinks())
                .flatMap(changes -> changes)
                .toList();
    }
}
