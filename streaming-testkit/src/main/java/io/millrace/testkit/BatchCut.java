package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;

/**
 * One way to cut rows into batches.
 *
 * @param batches the rows of each input in each batch
 * @param partitions the number of partitions in which each batch is read
 */
record BatchCut(List<Map<Input<?>, List<EncodedRow>>> batches, int partitions) {
    static BatchCut random(Map<Input<?>, List<EncodedRow>> given, int mostPartitions, Random random) {
        Map<Input<?>, Integer> read = new LinkedHashMap<>();
        List<Map<Input<?>, List<EncodedRow>>> batches = new ArrayList<>();
        while (given.entrySet().stream()
                .anyMatch(input ->
                        read.getOrDefault(input.getKey(), 0) < input.getValue().size())) {
            Map<Input<?>, List<EncodedRow>> batch = new LinkedHashMap<>();
            given.forEach((input, rows) -> {
                int from = read.getOrDefault(input, 0);
                int to = Math.min(rows.size(), from + random.nextInt(3));
                read.put(input, to);
                batch.put(input, rows.subList(from, to));
            });
            batches.add(batch);
        }
        batches.removeIf(batch -> batch.values().stream().allMatch(List::isEmpty));
        return new BatchCut(batches, 1 + random.nextInt(mostPartitions));
    }

    /** All rows of each input. */
    Map<Input<?>, List<EncodedRow>> all() {
        Map<Input<?>, List<EncodedRow>> all = new LinkedHashMap<>();
        batches.forEach(batch -> batch.forEach((input, rows) ->
                all.computeIfAbsent(input, key -> new ArrayList<>()).addAll(rows)));
        return all;
    }

    /** Cuts that are one step smaller: in one partition, with two batches merged, or without one row. */
    List<BatchCut> smaller() {
        List<BatchCut> smaller = new ArrayList<>();
        if (partitions > 1) {
            smaller.add(new BatchCut(batches, 1));
        }
        for (int index = 0; index + 1 < batches.size(); index++) {
            smaller.add(merged(index));
        }
        for (int index = 0; index < batches.size(); index++) {
            for (Map.Entry<Input<?>, List<EncodedRow>> rows : batches.get(index).entrySet()) {
                for (int row = 0; row < rows.getValue().size(); row++) {
                    smaller.add(without(index, rows.getKey(), row));
                }
            }
        }
        return smaller;
    }

    private BatchCut merged(int index) {
        List<Map<Input<?>, List<EncodedRow>>> fewer = new ArrayList<>(batches);
        BatchCut pair = new BatchCut(batches.subList(index, index + 2), partitions);
        fewer.set(index, pair.all());
        fewer.remove(index + 1);
        return new BatchCut(fewer, partitions);
    }

    private BatchCut without(int index, Input<?> input, int row) {
        List<Map<Input<?>, List<EncodedRow>>> fewer = new ArrayList<>(batches);
        Map<Input<?>, List<EncodedRow>> batch = new LinkedHashMap<>(batches.get(index));
        List<EncodedRow> rows = new ArrayList<>(batch.getOrDefault(input, List.of()));
        rows.remove(row);
        batch.put(input, rows);
        fewer.set(index, batch);
        fewer.removeIf(candidate -> candidate.values().stream().allMatch(List::isEmpty));
        return new BatchCut(fewer, partitions);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < batches.size(); index++) {
            for (Map.Entry<Input<?>, List<EncodedRow>> rows : batches.get(index).entrySet()) {
                Input<?> input = rows.getKey();
                for (Row row : SparkRowInternals.decode(input.schema(), rows.getValue())) {
                    text.append("  batch ").append(index).append("  ");
                    text.append(input.given().name())
                            .append(' ')
                            .append(Timeline.shown(row, input.schema()))
                            .append('\n');
                }
            }
        }
        return text.toString();
    }
}
