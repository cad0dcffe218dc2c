package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.PlannedColumn.Transfer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The columns of staging and temporary tables, and how SQL assigns their values to those of the target table. */
final class PostgresStagedColumns {
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar");

    private PostgresStagedColumns() {}

    /** Writes the columns with the types in which they are staged. */
    static String typed(List<PlannedColumn> columns) {
        return joined(
                columns,
                column -> quoted(column) + " " + PostgresCodecs.of(column).stagedType());
    }

    /**
     * Returns the same column, but sends its values as text if the server would otherwise parse them on arrival, where
     * an invalid one fails all rows.
     */
    static PlannedColumn readByTheMerge(PlannedColumn column) {
        ColumnType type = column.type();
        return "jsonb".equals(type.element() == null ? type.name() : type.element())
                ? column.by(Transfer.AS_TEXT)
                : column;
    }

    /**
     * Returns the columns of a staging table for columns that are {@link #readByTheMerge}. For each JSON column there
     * is one more: the same value parsed on arrival, or NULL if the server may refuse it. Several tasks parse faster
     * than one merge.
     */
    static List<PlannedColumn> stagedColumns(List<PlannedColumn> columns) {
        Stream<PlannedColumn> read = columns.stream()
                .filter(PostgresStagedColumns::isStagedTwice)
                .map(column -> new PlannedColumn(
                        column.index(),
                        sureName(column),
                        new ColumnType("jsonb", null, "jsonb", null),
                        column.stream(),
                        Set.of(),
                        null,
                        Transfer.NATIVE_IF_VALID));
        return Stream.concat(columns.stream(), read).toList();
    }

    private static boolean isStagedTwice(PlannedColumn column) {
        return column.transfer() == Transfer.AS_TEXT && column.type().element() == null;
    }

    private static String sureName(PlannedColumn column) {
        return "millrace_json_" + column.index();
    }

    /** Whether the server assigns staged values to the column without an explicit cast. */
    private static boolean assigned(PlannedColumn column) {
        ColumnType type = column.type();
        String staged = PostgresCodecs.of(column).stagedType();
        return isOwn(column)
                || (staged.equals("text") && TEXTS.contains(type.name()))
                || (staged.equals("text[]") && TEXTS.contains(String.valueOf(type.element())));
    }

    /** Whether COPY can write staged values directly into the column: arrays must have exactly its element type. */
    static boolean copied(PlannedColumn column) {
        return column.type().element() == null ? assigned(column) : isOwn(column) && isPlainArray(column);
    }

    /** Whether the column's values are staged in its own type, apart from domains and modifiers. */
    private static boolean isOwn(PlannedColumn column) {
        ColumnType type = column.type();
        return PostgresCodecs.of(column)
                .stagedType()
                .equals(type.element() == null ? type.name() : type.element() + "[]");
    }

    /**
     * Writes the staged value in the column's own type, for an INSERT to assign. Domains and modifiers are left to the
     * assignment, which refuses what is too long; a cast would cut it.
     */
    static String fromStaging(PlannedColumn column) {
        return assigned(column) ? staged(column) : inBase(column);
    }

    /** Writes what the column holds after the staged value is assigned, before the checks of its domains. */
    static String afterAssignment(PlannedColumn column) {
        String assigned = assignment(column).applied(isOwn(column) ? staged(column) : inBase(column));
        // No operator compares an array of a domain with one of the type below.
        return column.type().element() == null || isPlainArray(column)
                ? assigned
                : "CAST(" + assigned + " AS " + column.type().sql() + ")";
    }

    private static boolean isPlainArray(PlannedColumn column) {
        return assignment(column).full().equals(column.type().sql());
    }

    private static String inBase(PlannedColumn column) {
        PostgresAssignment assignment = assignment(column);
        if (column.type().name().equals("interval") && assignment.isModified()) {
            return "interval_in(textout(" + staged(column) + "), 0, " + assignment.modifier()
                    + ")"; // an interval day reads "1" as one day
        }
        String cast = "CAST(" + staged(column) + " AS " + assignment.base() + ")";
        return isStagedTwice(column) ? "COALESCE(staged." + sureName(column) + ", " + cast + ")" : cast;
    }

    private static String staged(PlannedColumn column) {
        return "staged." + quoted(column);
    }

    private static PostgresAssignment assignment(PlannedColumn column) {
        PostgresAssignment assignment = PostgresAssignment.of(column.type());
        if (assignment == null) {
            throw new IllegalStateException("the catalog of PostgreSQL describes how to assign to a column");
        }
        return assignment;
    }
}
