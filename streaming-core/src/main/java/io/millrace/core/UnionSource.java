package io.millrace.core;

import io.millrace.core.internal.StreamingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Several sources of the same columns as one. Each member is checked, and a problem names its member. */
final class UnionSource extends SourceWithChecks {
    private final List<Source> members;

    UnionSource(List<Source> members) {
        if (members.size() < 2) {
            throw new IllegalArgumentException("union(): name at least two sources.");
        }
        this.members = members;
    }

    @Override
    Outcome attempt(SparkSession spark) {
        List<Problem> problems = new ArrayList<>();
        List<Dataset<Row>> rows = new ArrayList<>();
        for (int position = 0; position < members.size(); position++) {
            Outcome member = attempt(members.get(position), spark);
            problems.addAll(named(position, member.problems()));
            member.rows().ifPresent(rows::add);
        }
        if (problems.isEmpty()) {
            problems.addAll(differences(rows));
        }
        return problems.isEmpty()
                ? Outcome.of(rows.stream().reduce(Dataset::unionByName).orElseThrow())
                : new Outcome(rows.stream().findFirst(), problems);
    }

    private List<Problem> differences(List<Dataset<Row>> rows) {
        long watermarks = rows.stream()
                .filter(member -> StreamingPlan.of(member).hasWatermark())
                .count();
        if (watermarks > 0 && watermarks < rows.size()) {
            return List.of(new Problem(
                    "union",
                    watermarks + " of " + rows.size() + " sources",
                    "only these have a watermark, which would make rows of the others late",
                    "Put withWatermark(...) on each of them, or after the union."));
        }
        return IntStream.range(1, rows.size())
                .boxed()
                .flatMap(position -> named(
                        position,
                        Union.problems("union", members.get(position).describe(), rows.get(0), rows.get(position)))
                        .stream())
                .toList();
    }

    @Override
    List<Problem> askServers(SparkSession spark, PlannedQuery query) {
        return IntStream.range(0, members.size())
                .boxed()
                .flatMap(position ->
                        checked(position)
                                .map(member -> named(position, member.askServers(spark, query)))
                                .orElse(List.of())
                                .stream())
                .toList();
    }

    @Override
    void beforeStart(SparkSession spark, PlannedQuery query) {
        IntStream.range(0, members.size())
                .forEach(position -> checked(position).ifPresent(member -> member.beforeStart(spark, query)));
    }

    @Override
    Source rehearsed() {
        return new UnionSource(members.stream().map(SourceWithChecks::rehearsed).toList());
    }

    @Override
    int partitions() {
        return IntStream.range(0, members.size())
                .map(position ->
                        checked(position).map(SourceWithChecks::partitions).orElse(0))
                .sum();
    }

    @Override
    List<KafkaSource> kafkaSources() {
        return members.stream().flatMap(member -> kafkaSources(member).stream()).toList();
    }

    @Override
    List<String> starts() {
        return IntStream.range(0, members.size())
                .boxed()
                .flatMap(position -> checked(position).map(SourceWithChecks::starts).orElse(List.of()).stream())
                .toList();
    }

    @Override
    public String describe() {
        return members.stream().map(Source::describe).collect(Collectors.joining("; ", "union(", ")"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnionSource that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    private Optional<SourceWithChecks> checked(int position) {
        return members.get(position) instanceof SourceWithChecks checked ? Optional.of(checked) : Optional.empty();
    }

    private static List<Problem> named(int position, List<Problem> problems) {
        return problems.stream()
                .map(problem -> new Problem(
                        "source " + (position + 1) + " of the union: " + problem.field(),
                        problem.value(),
                        problem.reason(),
                        problem.hint()))
                .toList();
    }
}
