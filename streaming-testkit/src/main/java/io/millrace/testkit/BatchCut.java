package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;

/**
 * One way in which rows may arrive.
 *
 * @param batches the rows of each input in each batch, in the order in which they are read
 * @param partitions the number of partitions in which each batch is read
 * @param shufflePartitions the number of partitions of each shuffle
 * @param restarts the batches before which the query is restarted
 */
record BatchCut(
        List<Map<Input<?>, List<GivenRow>>> batches, int partitions, int shufflePartitions, Set<Integer> restarts) {

    private static final int MOST_PARTITIONS = 3;

    /** A row, and which one of its input it is. */
    record GivenRow(int index, EncodedRow row) {}

    /** All rows in one batch and one partition, in the order in which they were given. */
    static BatchCut whole(Map<Input<?>, List<EncodedRow>> given) {
        Map<Input<?>, List<GivenRow>> rows = new LinkedHashMap<>();
        given.forEach((input, all) -> {
            List<GivenRow> numbered = new ArrayList<>();
            all.forEach(row -> numbered.add(new GivenRow(numbered.size(), row)));
            rows.put(input, numbered);
        });
        return new BatchCut(List.of(rows), 1, 1, Set.of());
    }

    /** The same rows in one batch and one partition, in the order in which they were given. */
    BatchCut whole() {
        return new BatchCut(List.of(inOrder(merged(batches))), 1, 1, Set.of());
    }

    /** The same rows in one batch and one partition, the last first: where most that depends on an order shows. */
    BatchCut reversed() {
        Map<Input<?>, List<GivenRow>> reversed = new LinkedHashMap<>();
        whole().batches.get(0).forEach((input, rows) -> {
            List<GivenRow> lastFirst = new ArrayList<>(rows);
            Collections.reverse(lastFirst);
            reversed.put(input, lastFirst);
        });
        return new BatchCut(List.of(reversed), 1, 1, Set.of());
    }

    /** These rows, one batch after the other in their order, within a batch in any order; no batch to all in one. */
    BatchCut random(Random random) {
        Map<Input<?>, List<GivenRow>> all = whole().batches.get(0);
        int rows = all.values().stream().mapToInt(List::size).max().orElse(0);
        boolean isOneBatch = random.nextInt(6) == 0;
        int most = random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(rows);
        Map<Input<?>, Integer> read = new LinkedHashMap<>();
        List<Map<Input<?>, List<GivenRow>>> cut = new ArrayList<>();
        while (all.entrySet().stream()
                .anyMatch(input ->
                        read.getOrDefault(input.getKey(), 0) < input.getValue().size())) {
            Map<Input<?>, List<GivenRow>> batch = new LinkedHashMap<>();
            all.forEach((input, given) -> {
                int from = read.getOrDefault(input, 0);
                int to = isOneBatch ? given.size() : Math.min(given.size(), from + random.nextInt(most + 1));
                read.put(input, to);
                List<GivenRow> shuffled = new ArrayList<>(given.subList(from, to));
                Collections.shuffle(shuffled, random);
                batch.put(input, shuffled);
            });
            cut.add(batch);
        }
        Set<Integer> restarts = new TreeSet<>();
        for (int batch = 1; batch < cut.size(); batch++) {
            if (random.nextInt(4) == 0) {
                restarts.add(batch);
            }
        }
        return new BatchCut(cut, 1 + random.nextInt(MOST_PARTITIONS), 1 + random.nextInt(MOST_PARTITIONS), restarts);
    }

    BatchCut withoutRestarts() {
        return new BatchCut(batches, partitions, shufflePartitions, Set.of());
    }

    /** Cuts that are one step smaller: with less of what varies, with two batches merged, or without one row. */
    List<BatchCut> smaller() {
        List<BatchCut> smaller = new ArrayList<>();
        if (partitions > 1) {
            smaller.add(new BatchCut(batches, 1, shufflePartitions, restarts));
        }
        if (shufflePartitions > 1) {
            smaller.add(new BatchCut(batches, partitions, 1, restarts));
        }
        restarts.forEach(restart -> {
            Set<Integer> fewer = new TreeSet<>(restarts);
            fewer.remove(restart);
            smaller.add(new BatchCut(batches, partitions, shufflePartitions, fewer));
        });
        for (int index = 0; index < batches.size(); index++) {
            if (!inOrder(batches.get(index)).equals(batches.get(index))) {
                smaller.add(changed(index, BatchCut::inOrder));
            }
        }
        for (int index = 0; index + 1 < batches.size(); index++) {
            smaller.add(withMerged(index));
        }
        for (int index = 0; index < batches.size(); index++) {
            for (Map.Entry<Input<?>, List<GivenRow>> rows : batches.get(index).entrySet()) {
                for (GivenRow row : rows.getValue()) {
                    smaller.add(changed(index, batch -> without(batch, rows.getKey(), row)));
                }
            }
        }
        return smaller;
    }

    private BatchCut changed(int index, UnaryOperator<Map<Input<?>, List<GivenRow>>> change) {
        List<Map<Input<?>, List<GivenRow>>> changed = new ArrayList<>(batches);
        changed.set(index, change.apply(batches.get(index)));
        return new BatchCut(changed, partitions, shufflePartitions, restarts);
    }

    private BatchCut withMerged(int index) {
        List<Map<Input<?>, List<GivenRow>>> fewer = new ArrayList<>(batches);
        fewer.set(index, merged(batches.subList(index, index + 2)));
        fewer.remove(index + 1);
        Set<Integer> moved = new TreeSet<>();
        restarts.forEach(restart -> moved.add(restart > index ? restart - 1 : restart));
        moved.remove(0);
        return new BatchCut(fewer, partitions, shufflePartitions, moved);
    }

    private static Map<Input<?>, List<GivenRow>> merged(List<Map<Input<?>, List<GivenRow>>> batches) {
        Map<Input<?>, List<GivenRow>> all = new LinkedHashMap<>();
        batches.forEach(batch -> batch.forEach((input, rows) ->
                all.computeIfAbsent(input, key -> new ArrayList<>()).addAll(rows)));
        return all;
    }

    private static Map<Input<?>, List<GivenRow>> without(
            Map<Input<?>, List<GivenRow>> batch, Input<?> input, GivenRow row) {
        Map<Input<?>, List<GivenRow>> fewer = new LinkedHashMap<>(batch);
        fewer.put(
                input,
                batch.getOrDefault(input, List.of()).stream()
                        .filter(other -> other.index() != row.index())
                        .toList());
        return fewer;
    }

    private static Map<Input<?>, List<GivenRow>> inOrder(Map<Input<?>, List<GivenRow>> batch) {
        Map<Input<?>, List<GivenRow>> sorted = new LinkedHashMap<>();
        batch.forEach((input, rows) -> sorted.put(
                input,
                rows.stream().sorted(Comparator.comparingInt(GivenRow::index)).toList()));
        return sorted;
    }

    boolean isEmpty() {
        return batches.stream().allMatch(batch -> batch.values().stream().allMatch(List::isEmpty));
    }

    /** What varies, such as {@code 2 batches, read in 3 partitions, with 2 shuffle partitions}. */
    String size() {
        return Expectations.count(batches.size(), "batch", "batches") + ", read in "
                + Expectations.count(partitions, "partition", "partitions")
                + (shufflePartitions == 1 ? "" : ", with " + shufflePartitions + " shuffle partitions");
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < batches.size(); index++) {
            String label = "  batch " + index + "  ";
            if (restarts.contains(index)) {
                text.append("  -- restarted --\n");
            }
            int before = text.length();
            for (Map.Entry<Input<?>, List<GivenRow>> rows : batches.get(index).entrySet()) {
                Input<?> input = rows.getKey();
                List<EncodedRow> encoded =
                        rows.getValue().stream().map(GivenRow::row).toList();
                for (Row row : SparkRowInternals.decode(input.schema(), encoded)) {
                    text.append(label)
                            .append(input.given().name())
                            .append(' ')
                            .append(Timeline.shown(row, input.schema()))
                            .append('\n');
                }
            }
            if (text.length() == before) {
                text.append(label).append("no row\n");
            }
        }
        return text.toString();
    }
}
