package io.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which of the given rows each micro-batch read. Rows are numbered in the order in which the test gave them. */
final class BatchReads {
    /** What one batch read: the numbers of its rows. */
    record Read(StepRecord step, BatchRecord batch, List<Integer> rows) {}

    private final List<Read> reads = new ArrayList<>();

    /** How many rows had been read after each batch. */
    private final Map<Long, Integer> ends = new HashMap<>();

    private int given;
    private boolean known = true;

    private BatchReads() {}

    /** Of all batches, in the order in which they ran; empty if that cannot be told. */
    static Optional<List<Read>> of(List<StepRecord> steps) {
        BatchReads all = new BatchReads();
        steps.forEach(all::add);
        return all.known ? Optional.of(all.reads) : Optional.empty();
    }

    /** Without those that a later rewind took back: what the state of the query comes from. */
    static List<Read> lasting(List<Read> reads) {
        List<Read> lasting = new ArrayList<>();
        for (Read read : reads) {
            lasting.removeIf(earlier -> earlier.batch().id() >= read.batch().id());
            lasting.add(read);
        }
        return lasting;
    }

    private void add(StepRecord step) {
        given += step.given().stream().mapToInt(rows -> rows.rows().size()).sum();
        for (BatchRecord batch : step.batches()) {
            int from = batch.id() == 0 ? 0 : ends.getOrDefault(batch.id() - 1, 0);
            Integer end = batch.replay() ? ends.get(batch.id()) : Integer.valueOf(batch.data() ? given : from);
            if (end == null) {
                // A batch that failed the first time: how much it was to read is not recorded.
                known = false;
                return;
            }
            ends.put(batch.id(), end);
            reads.add(new Read(step, batch, IntStream.range(from, end).boxed().toList()));
        }
    }
}
