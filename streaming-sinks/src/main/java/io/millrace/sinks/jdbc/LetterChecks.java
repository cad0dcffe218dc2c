package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.RowJsonScalar;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks whether letters can be read and removed. */
final class LetterChecks {
    private static final String CALL = "deadLetters";

    private final LetterTable letters;
    private final Problems problems = new Problems();

    private LetterChecks(LetterTable letters) {
        this.letters = letters;
    }

    static Problems check(LetterTable letters) {
        LetterChecks checks = new LetterChecks(letters);
        checks.columns();
        DriverSession.inspect(letters.database(), checks.problems, checks::table);
        return checks.problems;
    }

    private void columns() {
        if (letters.schema().isEmpty()) {
            problems.add(
                    "columns",
                    "",
                    "the columns of the rows are not named",
                    "Call columns(...) with those that the sink got, such as \"id BIGINT, zip STRING\".");
        }
        List<String> names = List.of(letters.schema().fieldNames());
        if (Set.copyOf(names).size() < names.size()) {
            problems.add("columns", String.join(", ", names), "a column is named twice", "Name it once.");
        }
        Arrays.stream(letters.schema().fields())
                .filter(field -> !RowJsonScalar.reads(field.dataType()))
                .forEach(field -> problems.add(
                        "columns",
                        field.name(),
                        "letters do not keep values of type " + field.dataType().catalogString(),
                        "Read it as STRING."));
    }

    private void table(Connection connection) throws SQLException {
        Catalog catalog = letters.dialect().catalog(connection);
        Optional<TableShape> there = catalog.table(letters.table());
        if (there.isEmpty()) {
            List<String> similar = catalog.similar(letters.table()).stream()
                    .map(TableName::toString)
                    .toList();
            problem(
                    "there is no such table for " + letters.database().label(),
                    similar.isEmpty()
                            ? "Name the table of deadLettersTo(...), with its schema if it has another."
                            : "Did you mean " + String.join(", ", similar) + "?");
            return;
        }
        Set<String> differences =
                DeadLetters.table(letters.dialect(), letters.table()).differences(letters.dialect(), there.get());
        if (!differences.isEmpty()) {
            problem(
                    "this is not a table of dead letters: " + String.join("; ", differences),
                    "Name the table of deadLettersTo(...).");
        } else if (!mayReadAndRemove(there.get())) {
            problem(
                    "the role may not read and remove letters",
                    "GRANT SELECT, DELETE ON " + letters.dialect().quoted(letters.table()) + " to it.");
        } else {
            target(connection);
        }
    }

    private static boolean mayReadAndRemove(TableShape table) {
        return table.may(TableShape.Right.USE_SCHEMA)
                && table.may(TableShape.Right.DELETE)
                && table.columns().stream().allMatch(column -> column.may(TableColumn.Right.SELECT));
    }

    private void target(Connection connection) throws SQLException {
        if (letters.target().isEmpty()) {
            List<String> targets = Sql.rows(
                    connection,
                    "SELECT DISTINCT target FROM " + letters.dialect().quoted(letters.table()) + " ORDER BY target",
                    row -> row.getString(1));
            problem(
                    "the table whose rows are read is not named",
                    targets.isEmpty()
                            ? "Call ofTable(...)."
                            : "Call ofTable(...); there are letters of " + String.join(", ", targets) + ".");
        }
    }

    private void problem(String reason, String hint) {
        problems.add(CALL, letters.table(), reason, hint);
    }
}
