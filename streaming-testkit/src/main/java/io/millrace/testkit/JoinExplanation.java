package io.millrace.testkit;

import io.millrace.testkit.BatchOperators.Removal;
import io.millrace.testkit.EventTimes.Moment;
import io.millrace.testkit.SparkStateInternals.Kind;
import io.millrace.testkit.SparkStateInternals.Side;
import io.millrace.testkit.SparkTraceInternals.GivenRow;
import io.millrace.testkit.SparkTraceInternals.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Names the rows of a join of two streams that wait in its state for their match. */
final class JoinExplanation {
    private static final Set<String> TYPES = Set.of("INNER", "LEFT OUTER", "RIGHT OUTER", "FULL OUTER", "LEFT SEMI");

    private final RunRecord run;
    private final Dataset<Row> query;
    private final EventTimes times;
    private final SparkStateInternals join;
    private final List<BatchReads.Read> reads;
    private final BatchRecord last;
    private final BatchOperators.Join removals;

    /** The rows that have reached each side of the join, and were not late. */
    private final List<Set<Integer>> arrived;

    private JoinExplanation(
            RunRecord run,
            Dataset<Row> query,
            EventTimes times,
            SparkStateInternals join,
            List<BatchReads.Read> reads) {
        this.run = run;
        this.query = query;
        this.times = times;
        this.join = join;
        this.reads = reads;
        this.last = reads.get(reads.size() - 1).batch();
        this.removals = last.operators().joins().get(0);
        this.arrived = List.of(arrived(0), arrived(1));
    }

    /** Those of {@code query}; nothing if it is not a join alone, or had another version before. */
    static List<String> of(RunRecord run, Dataset<Row> query, EventTimes times) {
        List<BatchReads.Read> reads = BatchReads.lasting(times.reads().orElse(List.of()));
        Optional<SparkStateInternals> join = times.state(Kind.JOIN)
                .filter(found -> found.emitsTheResult()
                        && found.joinsBothSides()
                        && found.sides().stream().noneMatch(Side::hasState)
                        && TYPES.contains(found.joinType()));
        boolean isKnown = join.isPresent()
                && run.steps().stream().map(run::query).distinct().count() == 1
                && !reads.isEmpty()
                && reads.get(reads.size() - 1).batch().operators().joins().size() == 1;
        return isKnown ? new JoinExplanation(run, query, times, join.orElseThrow(), reads).waiting() : List.of();
    }

    private List<String> waiting() {
        Optional<List<Pair>> pairs = join.pairs(times.rows());
        if (pairs.isEmpty()) {
            return List.of();
        }
        List<String> first = waiting(0, pairs.get(), Pair::left, removals.left());
        List<String> second = waiting(1, pairs.get(), Pair::right, removals.right());
        List<String> all = new ArrayList<>(emitsAlone(0) || !emitsAlone(1) ? first : second);
        all.addAll(emitsAlone(0) || !emitsAlone(1) ? second : first);
        return all;
    }

    /** Whether the join emits a row of this side with NULLs if it finds no match. */
    private boolean emitsAlone(int side) {
        return join.joinType().equals("FULL OUTER") || join.joinType().equals(side == 0 ? "LEFT OUTER" : "RIGHT OUTER");
    }

    private List<String> waiting(int side, List<Pair> pairs, ToIntFunction<Pair> row, Optional<Removal> removal) {
        if (side == 1 && join.joinType().equals("LEFT SEMI")) {
            return List.of();
        }
        Set<Integer> matched = pairs.stream()
                .filter(pair ->
                        arrived.get(0).contains(pair.left()) && arrived.get(1).contains(pair.right()))
                .map(row::applyAsInt)
                .collect(Collectors.toSet());
        return arrived.get(side).stream()
                .filter(number -> !matched.contains(number))
                .flatMap(number -> sentence(number, side, removal).stream())
                .toList();
    }

    private Set<Integer> arrived(int side) {
        Set<Integer> reaching = join.sides().get(side).reaching(query.sparkSession(), times.rows());
        Set<Integer> rows = new TreeSet<>();
        for (BatchReads.Read read : reads) {
            read.rows().stream()
                    .filter(row -> reaching.contains(row) && !isLate(row, side, read))
                    .forEach(rows::add);
        }
        return rows;
    }

    private boolean isLate(int row, int side, BatchReads.Read read) {
        List<Moment> moments = momentsOf(row, side);
        return !moments.isEmpty() && moments.stream().allMatch(moment -> EventTimes.isLate(moment, read));
    }

    private List<Moment> momentsOf(int row, int side) {
        return times.of(row).stream().filter(moment -> moment.side() == side).toList();
    }

    private Optional<String> sentence(int number, int side, Optional<Removal> removal) {
        GivenRow row = times.rows().get(number);
        String waits = times.shown(number) + " of " + row.input().name() + " waits for a match in "
                + String.join(" or ", join.sides().get(1 - side).inputs());
        if (removal.isEmpty()) {
            return Optional.of(waits + "; no watermark removes it from the state.");
        }
        List<Moment> moments = momentsOf(number, side);
        if (moments.size() != 1
                || !join.sides().get(side).isTimedBy(removal.get().column())) {
            return Optional.empty();
        }
        Moment moment = moments.get(0);
        long needed = moment.end() - removal.get().offset(last.watermarks().used());
        if (needed <= last.watermarks().next()) {
            // It has left the state, or leaves it in the next batch.
            return Optional.empty();
        }
        WatermarkAdvice advice = new WatermarkAdvice(run, query, last);
        return Optional.of(
                emitsAlone(side)
                        ? waits + ", and is emitted with NULLs once the watermark is " + Times.text(needed) + ": "
                                + advice.toReach(needed, moment.delay())
                        : waits + " until the watermark is " + Times.text(needed) + ": " + advice.position() + ".");
    }
}
