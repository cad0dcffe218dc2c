package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.core.Problem;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.KeyRequirement;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.UniqueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks what PostgreSQL needs of a table in addition to a unique index on the key. */
final class PostgresKeyCheck {
    private PostgresKeyCheck() {}

    static List<Problem> problems(KeyRequirement requirement, TableShape table) {
        List<Problem> problems = new ArrayList<>();
        Optional.ofNullable(requirement.version())
                .flatMap(table::column)
                .filter(column -> PostgresKeyForms.rounds(column.type()))
                .ifPresent(column -> problems.add(rounded(table.name(), column)));
        table.uniqueIndexes().stream()
                .filter(index -> index.isOn(requirement.keys()) && index.flaw().equals(UniqueIndex.DEFERRABLE))
                .filter(index -> table.uniqueIndexes().stream().anyMatch(other -> other.serves(requirement.keys())))
                .forEach(index -> problems.add(new Problem(
                        requirement.verb(),
                        String.join(", ", requirement.keys()),
                        "in addition to another unique index on these columns, "
                                + "\"" + table.name() + "\" has \"" + index.name()
                                + "\", which is deferrable: an upsert then fails",
                        "Drop it.")));
        return problems;
    }

    private static Problem rounded(TableName table, TableColumn version) {
        return new Problem(
                "versionedBy",
                version.name(),
                "this column of \"" + table + "\" is " + version.type().sql()
                        + ", which rounds: two different versions may then be equal",
                "ALTER TABLE " + quoted(table) + " ALTER COLUMN " + quoted(version.name()) + " TYPE "
                        + base(version.type()) + ".");
    }

    private static String base(ColumnType type) {
        PostgresAssignment assignment = PostgresAssignment.of(type);
        return assignment == null ? type.name() : assignment.base();
    }
}
