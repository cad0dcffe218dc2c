package io.millrace.sinks.jdbc.mariadb;

import static io.millrace.sinks.jdbc.mariadb.MariaDbNames.quoted;

import io.millrace.core.Problem;
import io.millrace.sinks.jdbc.dialect.KeyRequirement;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.UniqueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks what MariaDB needs of a table in addition to a unique index on the key. */
final class MariaDbKeyCheck {
    private static final String FULL_FRACTION = "(6)";

    private final KeyRequirement requirement;
    private final TableShape table;
    private final List<Problem> problems = new ArrayList<>();

    private MariaDbKeyCheck(KeyRequirement requirement, TableShape table) {
        this.requirement = requirement;
        this.table = table;
    }

    static List<Problem> problems(KeyRequirement requirement, TableShape table) {
        MariaDbKeyCheck check = new MariaDbKeyCheck(requirement, table);
        table.uniqueIndexes().forEach(check::other);
        if (requirement.isFolded() && !table.may(TableShape.Right.STAGE)) {
            requirement.keys().stream()
                    .map(table::column)
                    .flatMap(Optional::stream)
                    .forEach(check::comparison);
        }
        if (requirement.isInsertOnly()) {
            table.column(requirement.keys().get(0)).ifPresent(check::update);
        }
        Stream.ofNullable(requirement.version())
                .map(table::column)
                .flatMap(Optional::stream)
                .forEach(check::fraction);
        return check.problems;
    }

    /** Refuses other unique indexes: ON DUPLICATE KEY UPDATE considers a row known if it is equal in any of them. */
    private void other(UniqueIndex index) {
        boolean onKey = index.columns().containsAll(requirement.keys());
        boolean alwaysNew = index.columns().stream()
                .map(table::column)
                .flatMap(Optional::stream)
                .anyMatch(column -> column.is(TableColumn.Trait.COUNTED)
                        && !requirement.streamed().contains(column.name()));
        if (!onKey && !alwaysNew) {
            problems.add(new Problem(
                    requirement.verb(),
                    String.join(", ", requirement.keys()),
                    "\"" + table.name() + "\" has another unique index, \"" + index.name() + "\" on "
                            + String.join(", ", index.columns())
                            + ", and MariaDB would also update a row that is equal only there",
                    "Drop that index, or write by its columns."));
        }
    }

    /** Keys that Java cannot compare need a temporary table. */
    private void comparison(TableColumn column) {
        if (MariaDbKeyForms.of(column.type()).isEmpty()) {
            String schema = String.valueOf(table.name().schema());
            problems.add(new Problem(
                    requirement.verb(),
                    column.name(),
                    "only MariaDB can compare keys of type " + column.type().sql()
                            + (column.type().collation() == null
                                    ? ""
                                    : " and collation " + column.type().collation())
                            + ", for which the sink needs temporary tables, and the role may not create them",
                    "GRANT CREATE TEMPORARY TABLES ON " + quoted(schema) + ".* TO that role."));
        }
    }

    /** Keeping a known row assigns its key to itself, which MariaDB counts as an update. */
    private void update(TableColumn key) {
        if (!key.may(TableColumn.Right.UPDATE)) {
            problems.add(new Problem(
                    requirement.verb(),
                    key.name(),
                    "MariaDB requires UPDATE on this key column of \"" + table.name()
                            + "\", although its value is kept",
                    "GRANT UPDATE (" + quoted(key.name()) + ") ON the table to that role."));
        }
    }

    private void fraction(TableColumn column) {
        String type = column.type().sql();
        boolean time =
                column.type().name().equals("timestamp") || column.type().name().equals("datetime");
        if (time && !type.endsWith(FULL_FRACTION)) {
            problems.add(new Problem(
                    "versionedBy",
                    column.name(),
                    "this column of \"" + table.name() + "\" is " + type
                            + ", which truncates the stream's microseconds",
                    "ALTER TABLE " + quoted(table.name()) + " MODIFY " + quoted(column.name()) + " "
                            + column.type().name() + FULL_FRACTION
                            + (column.is(TableColumn.Trait.NOT_NULL) ? " NOT NULL." : " NULL.")));
        }
    }
}
