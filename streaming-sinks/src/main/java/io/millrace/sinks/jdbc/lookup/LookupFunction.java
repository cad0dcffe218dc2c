package io.millrace.sinks.jdbc.lookup;

import io.millrace.core.internal.PartitionRows;
import java.io.Serial;
import java.time.Duration;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;

/** Looks up the rows of a partition. */
public record LookupFunction(String description, LookupTable table, LookupSpec spec, LookupCounts counts)
        implements PartitionRows.Function {
    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<InternalRow> apply(Iterator<InternalRow> rows) {
        LookupTally tally = new LookupTally();
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) ended -> counts.add(ended, tally.work()));
        }
        Duration wholeTable = spec.limits().wholeTable();
        KnownRows known =
                wholeTable == null ? LookupCaches.of(table, spec.limits()) : WholeTable.of(table, spec, wholeTable);
        return new LookupRows(rows, table, spec, known, tally);
    }

    /** What plans show. */
    @Override
    public String toString() {
        return description;
    }
}
