package io.millrace.sinks;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.util.AccumulatorV2;

/** What the tasks of each batch have done to a table, until the log takes it. Spark counts each task once. */
final class BatchWriteCounts extends AccumulatorV2<BatchWriteCounts.Part, List<BatchWriteCounts.Part>> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String table;
    private final ArrayList<Part> parts = new ArrayList<>();

    BatchWriteCounts(String table) {
        this.table = table;
    }

    String table() {
        return table;
    }

    @Override
    public synchronized boolean isZero() {
        return parts.isEmpty();
    }

    @Override
    public synchronized BatchWriteCounts copy() {
        BatchWriteCounts copy = new BatchWriteCounts(table);
        copy.parts.addAll(parts);
        return copy;
    }

    @Override
    public synchronized void reset() {
        parts.clear();
    }

    @Override
    public synchronized void add(Part part) {
        parts.add(part);
    }

    @Override
    public synchronized void merge(AccumulatorV2<Part, List<Part>> other) {
        parts.addAll(other.value());
    }

    @Override
    public synchronized List<Part> value() {
        return List.copyOf(parts);
    }

    /** The sum of a batch that is over; forgets it, and what is left of earlier ones. */
    synchronized Optional<WriteCounts> take(String queryId, long batch) {
        Optional<WriteCounts> sum = parts.stream()
                .filter(part -> part.queryId.equals(queryId) && part.batch == batch)
                .map(Part::figures)
                .reduce(WriteCounts::plus);
        parts.removeIf(part -> part.queryId.equals(queryId) && part.batch <= batch);
        return sum;
    }

    /** Of one task. */
    record Part(String queryId, long batch, WriteCounts figures) implements Serializable {}
}
