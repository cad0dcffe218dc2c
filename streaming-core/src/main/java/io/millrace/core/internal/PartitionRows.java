package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Rows with more columns, which a function computes from all rows of a partition. Spark's {@code mapPartitions} turns
 * every value into an object of Java and back, and loses the watermark of a column; this keeps both as they are.
 */
public final class PartitionRows {
    private static final String ROW = "row";

    private PartitionRows() {}

    /** A function over the rows of a partition, in Spark's internal form. */
    public interface Function extends Serializable {
        /**
         * Rows with the columns of {@code rows} and the added ones. Spark reuses the object of a row for the next one,
         * and so may the result.
         */
        Iterator<InternalRow> apply(Iterator<InternalRow> rows);
    }

    /**
     * {@code rows} with {@code added} columns, in the order in which {@code function} gives them.
     *
     * @param function what plans show is its {@code toString()}
     */
    public static Dataset<Row> with(Dataset<Row> rows, StructType added, Function function) {
        List<Attribute> columns =
                ScalaCollections.list(rows.queryExecution().analyzed().output());
        Dataset<Row> one = rows.select(functions
                .struct(columns.stream().map(SparkLine::column).toArray(Column[]::new))
                .as(ROW));
        StructType all = new StructType();
        for (Attribute column : columns) {
            all = all.add(new StructField(column.name(), column.dataType(), column.nullable(), column.metadata()));
        }
        for (StructField field : added.fields()) {
            all = all.add(field);
        }
        AttributeReference row = new AttributeReference(
                ROW, all, false, Metadata.empty(), NamedExpression.newExprId(), ScalaCollections.seq(List.of()));
        LogicalPlan plan =
                new MapPartitions(new Call(function), row, one.queryExecution().analyzed());
        return SparkLine.rows(rows.sparkSession(), plan).select(fields(row, all));
    }

    private static Column[] fields(Expression row, StructType all) {
        List<Column> columns = new ArrayList<>();
        for (int field = 0; field < all.length(); field++) {
            StructField column = all.fields()[field];
            columns.add(SparkLine.column(new GetStructField(row, field, Option.empty()))
                    .as(column.name(), column.metadata()));
        }
        return columns.toArray(Column[]::new);
    }

    /** The function as Spark calls it. */
    // Scala 2.13 has no call to convert an iterator that 2.12 has as well.
    @SuppressWarnings("deprecation")
    private static final class Call
            implements Function1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>, Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final Function function;

        Call(Function function) {
            this.function = function;
        }

        // The plan gives rows, and takes them.
        @Override
        @SuppressWarnings("unchecked")
        public scala.collection.Iterator<Object> apply(scala.collection.Iterator<Object> rows) {
            Iterator<?> given = JavaConverters.asJavaIterator(rows);
            Iterator<?> results = function.apply((Iterator<InternalRow>) given);
            return JavaConverters.asScalaIterator((Iterator<Object>) results);
        }

        @Override
        public String toString() {
            return function.toString();
        }
    }
}
