package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the statements that give the target table the columns of a stream: one creates it, the other adds columns.
 * Neither changes or drops a column.
 */
final class TableDdl {
    private final Dialect dialect;
    private final TableName name;
    private final SinkRule rule;

    TableDdl(Dialect dialect, TableName name, SinkRule rule) {
        this.dialect = dialect;
        this.name = name;
        this.rule = rule;
    }

    /** Creates the table with the key of the sink; empty if that is not possible, and then reports why. */
    Optional<String> create(StructType stream, Problems problems) {
        List<StructField> fields = written(stream);
        int before = problems.all().size();
        fields.forEach(field -> check(field, problems));
        for (int index = 1; index < fields.size(); index++) {
            String column = fields.get(index).name();
            StreamCheck.nearest(column, names(fields.subList(0, index)))
                    .ifPresent(other -> problems.add(
                            "table",
                            name,
                            "its columns \"" + other + "\" and \"" + column + "\" would differ only in case",
                            "Rename or drop one of them in the stream."));
        }
        return problems.all().size() > before || !names(fields).containsAll(rule.keys())
                ? Optional.empty()
                : Optional.of(dialect.create(name, definitions(fields) + primaryKey()));
    }

    /** The same, for a hint. */
    Optional<String> create(StructType stream) {
        return create(stream, new Problems());
    }

    /** The columns of the stream that the table does not have, and that it can get. */
    List<StructField> missing(TableShape table, StructType stream) {
        return written(stream).stream()
                .filter(field -> mayBeAdded(table, field))
                .toList();
    }

    /**
     * Whether a column is missing and can be added: not a key, which needs a unique index, nor a column whose name
     * differs only in case from one that exists, which is probably meant.
     */
    private boolean mayBeAdded(TableShape table, StructField field) {
        return table.column(field.name()).isEmpty()
                && !rule.keys().contains(field.name())
                && StreamCheck.nearest(field.name(), table.columnNames()).isEmpty()
                && check(field, new Problems());
    }

    /** Adds the columns, which may be NULL. */
    String add(List<StructField> fields) {
        return dialect.addColumns(name, fields.stream().map(this::definition).toList());
    }

    /** Whether the table can get the column of a field; reports a problem if not. */
    boolean check(StructField field, Problems problems) {
        int before = problems.all().size();
        String column = field.name();
        dialect.nameFlaw(column)
                .ifPresent(flaw -> problems.add(
                        "table", name, "it cannot have the stream's column \"" + column + "\": " + flaw, "Rename it."));
        if (dialect.isReserved(column)) {
            TableCheck.reserved(name, column, problems);
        }
        if (dialect.columnDefinition(field.dataType(), keys(column)).isEmpty()) {
            problems.add(
                    "table",
                    name,
                    "no column of " + dialect.product() + " takes the stream's column \"" + column + "\", a "
                            + field.dataType().catalogString()
                            + (keys(column) > 0 ? ", as a key" : ""),
                    TableCheck.hint(field.dataType(), "Cast it, or drop it from the stream."));
        }
        return problems.all().size() == before;
    }

    static List<String> names(List<StructField> fields) {
        return fields.stream().map(StructField::name).toList();
    }

    /** The columns of the stream that the sink writes. */
    List<StructField> written(StructType stream) {
        return Arrays.stream(stream.fields())
                .filter(field -> rule.writes(field.name()))
                .toList();
    }

    private String definitions(List<StructField> fields) {
        return fields.stream().map(this::definition).collect(Collectors.joining(", "));
    }

    private String definition(StructField field) {
        return dialect.quoted(field.name()) + " "
                + dialect.columnDefinition(field.dataType(), keys(field.name())).orElseThrow();
    }

    private String primaryKey() {
        List<String> parts = new ArrayList<>();
        rule.keys().forEach(key -> parts.add(dialect.quoted(key)));
        return parts.isEmpty() ? "" : ", PRIMARY KEY (" + String.join(", ", parts) + ")";
    }

    private int keys(String column) {
        return rule.keys().contains(column) ? rule.keys().size() : 0;
    }
}
