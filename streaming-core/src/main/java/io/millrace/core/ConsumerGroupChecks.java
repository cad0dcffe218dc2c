package io.millrace.core;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.kafka.KafkaBrokers;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a query can commit its offsets to a consumer group. The group is for show alone: it keeps no query from its
 * restart.
 */
record ConsumerGroupChecks(String group, KafkaBrokers brokers) {
    List<Problem> problems(PlannedQuery query, boolean isNew) {
        if (query.isContinuous()) {
            return List.of(new Problem(
                    "commitOffsetsTo",
                    group,
                    "Spark reports no offsets of a query with the continuous trigger",
                    "Leave it out, or use every(...)."));
        }
        return isNew ? Finding.all(brokers.consumersOfGroup(group), Problem::new) : List.of();
    }

    /** What will keep it from committing; {@code continues} says that it is not new. */
    List<Problem> notes(boolean continues) {
        List<Finding> notes = new ArrayList<>(brokers.missingRightOnGroup(group));
        if (continues) {
            notes.addAll(brokers.consumersOfGroup(group));
        }
        return Finding.all(notes, Problem::new);
    }
}
