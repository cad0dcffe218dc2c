package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import java.io.Serial;
import java.util.Collections;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/** No rows, for plans that are not meant to run; knows whether one did. */
final class PlannedRows extends RDD<InternalRow> {
    @Serial
    private static final long serialVersionUID = 1L;

    private volatile boolean read;

    PlannedRows(SparkContext context) {
        super(context, ScalaCollections.seq(List.of()), ClassTag$.MODULE$.apply(InternalRow.class));
    }

    boolean wereRead() {
        return read;
    }

    @Override
    public Partition[] getPartitions() {
        read = true;
        return new Partition[0];
    }

    @Override
    public Iterator<InternalRow> compute(Partition partition, TaskContext task) {
        return ScalaCollections.seq(Collections.<InternalRow>emptyList()).iterator();
    }
}
