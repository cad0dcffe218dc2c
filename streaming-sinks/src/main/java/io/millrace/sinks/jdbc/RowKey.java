package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/** The key of a row, with the equality of the table's unique index as far as Java can tell. */
final class RowKey {
    private final List<PlannedColumn> columns;
    private final List<UnaryOperator<Object>> forms = new ArrayList<>();
    private boolean exact = true;

    RowKey(Dialect dialect, List<PlannedColumn> columns) {
        this.columns = columns;
        for (PlannedColumn column : columns) {
            Optional<UnaryOperator<Object>> form = dialect.keyForm(column);
            exact &= form.isPresent();
            forms.add(form.orElse(UnaryOperator.identity()));
        }
    }

    /**
     * Whether keys that are equal on the server are equal here; if not, {@link UpsertSql.Flush#sameKeys} compares them.
     */
    boolean isExact() {
        return exact;
    }

    /** Whether equal keys are spelled the same: without trailing zeros in a number or trailing blanks in a text. */
    boolean hasOneSpelling() {
        return exact
                && columns.stream()
                        .noneMatch(column -> column.type().ignoresBlanksAtEnd()
                                || column.stream() instanceof DecimalType
                                || column.stream() instanceof DoubleType
                                || column.stream() instanceof FloatType);
    }

    /** The key of a row. Equal keys are equal on the server as well, whether or not this {@link #isExact}. */
    Object of(Row row) throws InvalidValueException {
        if (columns.size() == 1) {
            return part(row, 0);
        }
        List<Object> parts = new ArrayList<>(columns.size());
        for (int part = 0; part < columns.size(); part++) {
            parts.add(part(row, part));
        }
        return parts;
    }

    /** The key of a row whose key is known to be valid. */
    Object known(Row row) {
        try {
            return of(row);
        } catch (InvalidValueException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object part(Row row, int part) throws InvalidValueException {
        PlannedColumn column = columns.get(part);
        Object value = row.get(column.index());
        if (value == null && column.keyMayBeNull()) {
            return Optional.empty(); // equal only to itself
        }
        if (value == null) {
            throw new InvalidValueException(column.name(), "a key is never NULL");
        }
        return forms.get(part).apply(value);
    }
}
