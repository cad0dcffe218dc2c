package io.millrace.testkit;

import io.millrace.testkit.EventTimes.Moment;
import io.millrace.testkit.SparkStateInternals.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names the rows that a deduplication within the watermark dropped, and how long their keys stay in the state. */
final class DuplicateExplanation {
    /** The row that brought a key into the state, and the watermark that removes it. */
    private record First(int row, long expires) {}

    private final EventTimes times;
    private final Map<EventTimes.Key, First> state = new HashMap<>();
    private final List<String> duplicates = new ArrayList<>();

    private DuplicateExplanation(EventTimes times) {
        this.times = times;
    }

    /** Those of {@code step}; nothing if the query does not deduplicate within the watermark. */
    static List<String> of(StepRecord step, EventTimes times) {
        DuplicateExplanation explanation = new DuplicateExplanation(times);
        if (times.state(Kind.DEDUPLICATION_WITHIN_WATERMARK).isPresent()) {
            BatchReads.lasting(times.reads().orElse(List.of())).forEach(read -> explanation.run(read, step));
        }
        return explanation.duplicates;
    }

    private void run(BatchReads.Read read, StepRecord step) {
        Map<EventTimes.Key, Integer> fresh = new HashMap<>();
        Set<EventTimes.Key> several = new HashSet<>();
        for (int row : read.rows()) {
            momentOf(row).filter(moment -> !EventTimes.isLate(moment, read)).ifPresent(moment -> {
                First first = state.get(moment.key());
                if (first != null && read.step().is(step)) {
                    duplicates.add(sentence(row, moment.key(), first));
                } else if (first == null && fresh.putIfAbsent(moment.key(), row) != null) {
                    several.add(moment.key());
                }
            });
        }
        // Which of several rows of a batch is the first is Spark's choice.
        fresh.forEach((key, row) -> momentOf(row)
                .filter(moment -> !several.contains(key))
                .ifPresent(moment -> state.put(key, new First(row, moment.end() + moment.delay()))));
        state.values()
                .removeIf(first -> first.expires() <= read.batch().watermarks().used());
    }

    /** The moment of a row that reaches the deduplication once. */
    private Optional<Moment> momentOf(int row) {
        List<Moment> moments = times.of(row);
        return moments.size() == 1 && !moments.get(0).isWindow() ? Optional.of(moments.get(0)) : Optional.empty();
    }

    private String sentence(int row, EventTimes.Key key, First first) {
        return times.shown(row) + " is a duplicate: " + key.text() + " came with " + times.shown(first.row())
                + ", and stays in the state until the watermark is " + Times.text(first.expires()) + ".";
    }
}
