package io.millrace.core;

import io.millrace.core.internal.ColumnExpressions;
import io.millrace.core.internal.SomeRows;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Keeps some rows and all columns. Later steps can be checked even if the condition is refused. */
final class Filter extends Step implements SomeRows {
    private final Column condition;

    Filter(Column condition) {
        this.condition = condition;
    }

    @Override
    Object key() {
        return ColumnExpressions.key(condition);
    }

    @Override
    List<ColumnNeed> needs() {
        return List.of();
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        return rows.where(condition);
    }

    @Override
    public Optional<Column> condition(Dataset<Row> rows) {
        return Optional.of(condition);
    }

    @Override
    Optional<Dataset<Row>> assumed(Dataset<Row> rows) {
        return Optional.of(rows);
    }

    @Override
    public String describe() {
        return "where(" + condition + ")";
    }
}
