package io.millrace.sinks;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.BatchSink;
import io.millrace.core.internal.SomeRows;
import io.millrace.core.internal.UnstableFilters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which branches get rows of a batch, by the conditions with which their steps begin. */
final class NonEmptyBranches {
    private final Map<String, Column> conditions;

    private NonEmptyBranches(Map<String, Column> conditions) {
        this.conditions = conditions;
    }

    static NonEmptyBranches of(Dataset<Row> stream, Map<String, BatchSink> sinks) {
        Map<String, Column> conditions = new LinkedHashMap<>();
        sinks.forEach((name, sink) -> condition(stream, sink).ifPresent(condition -> conditions.put(name, condition)));
        return new NonEmptyBranches(conditions);
    }

    private static Optional<Column> condition(Dataset<Row> stream, BatchSink sink) {
        return sink instanceof SomeRows some
                ? some.condition(stream)
                        .filter(condition -> UnstableFilters.between(stream, stream.where(condition))
                                .isEmpty())
                : Optional.empty();
    }

    /** Whether one of {@code sinks} has a condition. */
    boolean isKnown(Set<String> sinks) {
        return sinks.stream().anyMatch(conditions::containsKey);
    }

    /** Those of {@code sinks} that may get rows. */
    Set<String> in(Dataset<Row> batch, Set<String> sinks) {
        List<String> names = List.copyOf(sinks);
        List<Column> counts = new ArrayList<>();
        names.forEach(name -> {
            Column condition = conditions.getOrDefault(name, lit(true));
            counts.add(count(when(coalesce(condition, lit(false)), 1)));
        });
        Row found = batch.agg(counts.get(0), counts.subList(1, counts.size()).toArray(Column[]::new))
                .head();
        Set<String> nonEmpty = new LinkedHashSet<>(names);
        nonEmpty.removeIf(name -> found.getLong(names.indexOf(name)) == 0);
        return nonEmpty;
    }
}
