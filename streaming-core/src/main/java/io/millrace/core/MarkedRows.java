package io.millrace.core;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.internal.SomeRows;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Some of the rows that an earlier step has marked. */
final class MarkedRows extends Step implements SomeRows {
    /** The column with the mark: NULL for a good row. */
    static final String MARK = "malformed";

    private final Call call;
    private final String marks;
    private final Column condition;
    private final UnaryOperator<Dataset<Row>> columns;

    private MarkedRows(Call call, String marks, Column condition, UnaryOperator<Dataset<Row>> columns) {
        this.call = call;
        this.marks = marks;
        this.condition = condition;
        this.columns = columns;
    }

    /** Those without a mark, without its column; {@code marks} is the call that marks. */
    static Transform good(Step marking, String marks) {
        return new MarkedRows(
                Call.described(marking.describe() + ".good()", marking.key()),
                marks,
                col(MARK).isNull(),
                rows -> rows.drop(MARK));
    }

    /** Those with a mark: its columns. */
    static Transform malformed(Step marking, String marks) {
        return new MarkedRows(
                Call.described(marking.describe() + ".malformed()", marking.key()),
                marks,
                col(MARK).isNotNull(),
                rows -> rows.select(col(MARK + ".*")));
    }

    @Override
    Object key() {
        return call;
    }

    @Override
    public String describe() {
        return call.text();
    }

    @Override
    List<ColumnNeed> needs() {
        return List.of(new ColumnNeed(
                marks,
                MARK,
                "a mark",
                type -> type instanceof StructType,
                new StructType().add("reason", DataTypes.StringType),
                "Put the marks before the branches, with Pipeline.via(...)."));
    }

    @Override
    public Optional<Column> condition(Dataset<Row> rows) {
        return Optional.of(condition);
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        return columns.apply(rows.where(condition));
    }
}
