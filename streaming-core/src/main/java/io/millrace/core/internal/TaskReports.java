package io.millrace.core.internal;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.AccumulatorV2;

/**
 * What tasks report to the driver, each as it ends.
 *
 * @param <T> the report of a task, immutable and serializable
 */
public abstract class TaskReports<T> extends AccumulatorV2<T, List<T>> {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Guarded by this. */
    protected final ArrayList<T> reports = new ArrayList<>();

    /** One without reports. */
    protected abstract TaskReports<T> empty();

    @Override
    public final synchronized boolean isZero() {
        return reports.isEmpty();
    }

    @Override
    public final synchronized TaskReports<T> copy() {
        TaskReports<T> copy = empty();
        copy.reports.addAll(reports);
        return copy;
    }

    @Override
    public final synchronized void reset() {
        reports.clear();
    }

    @Override
    public final synchronized void add(T report) {
        reports.add(report);
    }

    @Override
    public final synchronized void merge(AccumulatorV2<T, List<T>> other) {
        reports.addAll(other.value());
    }

    @Override
    public final synchronized List<T> value() {
        return List.copyOf(reports);
    }
}
