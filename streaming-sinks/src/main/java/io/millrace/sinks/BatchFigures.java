package io.millrace.sinks;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.util.AccumulatorV2;

/** What the tasks of each batch have done to a table, until the log takes it. Spark counts each task once. */
final class BatchFigures extends AccumulatorV2<BatchFigures.Part, List<BatchFigures.Part>> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String table;
    private final ArrayList<Part> parts = new ArrayList<>();

    BatchFigures(String table) {
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
    public synchronized BatchFigures copy() {
        BatchFigures copy = new BatchFigures(table);
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
    synchronized Optional<Figures> take(String queryId, long batch) {
        Optional<Figures> sum = parts.stream()
                .filter(part -> part.queryId.equals(queryId) && part.batch == batch)
                .map(Part::figures)
                .reduce(Figures::plus);
        parts.removeIf(part -> part.queryId.equals(queryId) && part.batch <= batch);
        return sum;
    }

    /** Of one task. */
    record Part(String queryId, long batch, Figures figures) implements Serializable {}
}
