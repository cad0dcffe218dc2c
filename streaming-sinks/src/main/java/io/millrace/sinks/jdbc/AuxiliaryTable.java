package io.millrace.sinks.jdbc;

import io.millrace.core.Problem;
import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.TableUse;
import io.millrace.sinks.jdbc.dialect.UniqueIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table that a sink keeps next to the user's table. The sink creates it, or the user does with the same DDL.
 *
 * @param given the columns that the sink writes, with their types
 * @param key the columns of its primary key
 */
record AuxiliaryTable(String call, TableName name, String ddl, Map<String, AuxiliaryType> given, List<String> key) {
    static final String FENCE = "millrace_fence";

    static final String LEDGER = "millrace_ledger";

    private static final Set<String> OWN = Set.of(FENCE, LEDGER);

    /** Gives the statements that create such tables. */
    static String script(List<String> statements) {
        return String.join(";\n", statements) + (statements.isEmpty() ? "" : ";\n");
    }

    /** Reports why the sink cannot use it for rows of {@code table}; creates nothing. */
    List<Problem> problems(Dialect dialect, Catalog catalog, TableName table) throws SQLException {
        if (name.equals(table)) {
            return List.of(problem("this is the table that the rows go into", "Name another table."));
        }
        if (isLetters() && OWN.contains(name.name())) {
            return List.of(problem("the sinks use this name for a table of their own", "Name another table."));
        }
        Optional<TableShape> there = catalog.table(name);
        return there.isEmpty() ? missing(catalog) : problemsOf(dialect, catalog, there.get());
    }

    private List<Problem> missing(Catalog catalog) throws SQLException {
        Optional<Boolean> may = catalog.mayCreate(name);
        if (may.isEmpty()) {
            return List.of(problem("there is no schema \"" + name.schema() + "\"", "Create it, or name another."));
        }
        return may.get() ? List.of() : List.of(problem("the sink needs this table and may not create it", ddl + "."));
    }

    private List<Problem> problemsOf(Dialect dialect, Catalog catalog, TableShape there) throws SQLException {
        List<String> reasons = new ArrayList<>(differences(dialect, there));
        if (!reasons.isEmpty()) {
            return List.of(problem(
                    "this is not the table that the sink needs: " + String.join("; ", reasons),
                    (isLetters() ? "Name another table" : "Rename it") + ", or create the sink's table: " + ddl + "."));
        }
        List<Problem> problems = new ArrayList<>();
        if (!there.may(TableShape.Right.USE_SCHEMA)) {
            problems.add(problem("the sink may not use its schema", "GRANT USAGE ON SCHEMA to its role."));
        }
        if (!there.isOpen()) {
            problems.add(problem(
                    "the sink may not read and write this table",
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON " + dialect.quoted(name) + " to its role."));
        }
        List<Flaw> flaws = new ArrayList<>(there.flaws());
        flaws.addAll(catalog.obstacles(there.name(), TableUse.own(given.keySet())));
        flaws.forEach(flaw -> problems.add(problem(flaw.reason(), flaw.hint())));
        return problems;
    }

    /** Reports how the table differs from the DDL. Additional columns are harmless unless the sink must fill them. */
    Set<String> differences(Dialect dialect, TableShape there) {
        Set<String> reasons = new LinkedHashSet<>();
        if (!there.writable()) {
            reasons.add("it is a view or a foreign table");
        }
        given.forEach((column, type) -> there.column(column)
                .ifPresentOrElse(
                        found -> {
                            if (!dialect.holds(type, found.type())) {
                                reasons.add("its column \"" + column + "\" is "
                                        + found.type().sql());
                            }
                            if (type == AuxiliaryType.STATE && found.is(TableColumn.Trait.NOT_NULL)) {
                                reasons.add("its column \"" + column + "\" is NOT NULL");
                            }
                        },
                        () -> reasons.add("it has no column \"" + column + "\"")));
        for (TableColumn column : there.columns()) {
            if (!given.containsKey(column.name()) && column.isRequired()) {
                reasons.add("its column \"" + column.name() + "\" is NOT NULL without a default");
            }
        }
        if (there.uniqueIndexes().stream().noneMatch(this::isKey)) {
            reasons.add("it has no primary key (" + String.join(", ", key) + ")");
        }
        return reasons;
    }

    private boolean isKey(UniqueIndex index) {
        return index.flaw().isEmpty() && Set.copyOf(index.columns()).equals(Set.copyOf(key));
    }

    private boolean isLetters() {
        return call.equals("deadLettersTo");
    }

    private Problem problem(String reason, String hint) {
        return new Problem(call, name.toString(), reason, hint);
    }

    void create(Dialect dialect, Connection connection) throws SQLException {
        if (dialect.catalog(connection).table(name).isPresent()) {
            return;
        }
        try {
            Sql.execute(connection, ddl);
        } catch (SQLException e) {
            if (!dialect.faults().createdMeanwhile(e)) {
                throw e;
            }
        }
    }
}
