package io.millrace.sinks.jdbc;

import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.KeyRequirement;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.TableUse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Checks an exactly-once sink against the stream and the table before anything runs. Returns the plan, or reports all
 * problems.
 */
final class ExactlyOncePlanner {
    private final Database database;
    private ExactlyOnceRule rule;
    private final TableName name;
    private final FlushLimits limits;
    private final Dialect dialect;
    private final Problems problems = new Problems();
    private final List<PlannedColumn> columns = new ArrayList<>();
    private @Nullable TableShape table;

    ExactlyOncePlanner(Database database, TableName name, FlushLimits limits, ExactlyOnceRule rule) {
        this.database = database;
        this.name = name;
        this.limits = limits;
        this.rule = rule;
        this.dialect = database.dialect();
    }

    List<Problem> check(Optional<StructType> schema) {
        schema.ifPresent(stream -> StreamCheck.keys(rule.verb(), rule.keys(), stream, problems));
        DriverSession.inspect(database, problems, connection -> checkDatabase(connection, schema));
        return problems.all();
    }

    /** Reports what works now but will fail sooner or later, such as a sequence that runs out of numbers. */
    List<Problem> notes(Optional<StructType> schema) {
        DriverSession.ask(database, problems, connection -> {
            Catalog catalog = dialect.catalog(connection);
            Optional<TableShape> found = catalog.table(name);
            if (found.isPresent()) {
                catalog.notes(found.get().name(), use(schema))
                        .forEach(note -> problems.add("table", name, note.reason(), note.wayOut()));
            }
        });
        return problems.all();
    }

    /**
     * Returns the plan; creates the sink's own tables if they are missing.
     *
     * @throws ValidationException with all problems
     */
    ExactlyOncePlan plan(String subject, StructType schema) {
        check(Optional.of(schema));
        problems.refuse(subject);
        DriverSession.ask(database, problems, connection -> {
            for (AuxiliaryTable table : sideTables()) {
                table.create(dialect, connection);
            }
        });
        problems.refuse(subject);
        return new ExactlyOncePlan(
                database, limits, rule, writing(schema), Ledger.beside(dialect, found()), SinkMetrics.of(name));
    }

    private BatchWriting writing(StructType schema) {
        DeadLetterRule letters = rule.deadLetters();
        TableName table = found().name();
        return letters == null
                ? new PlainWriting(dialect.exactlyOnce(table, List.copyOf(columns)))
                : new DeadLetterWriting(
                        dialect.deadLetterMerge(table, List.copyOf(columns)).orElseThrow(),
                        rule.upserts(),
                        letters,
                        dialect,
                        name.toString(),
                        schema);
    }

    private void checkDatabase(Connection connection, Optional<StructType> schema) throws SQLException {
        Catalog catalog = dialect.catalog(connection);
        table = catalog.table(name).orElse(null);
        if (table == null) {
            StreamCheck.noTable(name, database, catalog, problems);
            return;
        }
        TableCheck check = new TableCheck(database, name, table, problems);
        if (check.isTable()) {
            schema.ifPresent(stream -> checkColumns(stream, check));
            if (rule.upserts()) {
                check.key(rule.verb(), rule.keys());
                schema.ifPresent(stream -> check.use(new KeyRequirement(
                        KeyRequirement.Writes.WHOLE_BATCHES,
                        rule.verb(),
                        rule.keys(),
                        null,
                        List.of(stream.fieldNames()))));
            }
            checkStages(table);
            check.obstacles(catalog, use(schema));
            DeadLetterRule letters = rule.deadLetters();
            if (letters != null) {
                rule = rule.withDeadLetters(letters.beside(table.name()));
            }
            for (AuxiliaryTable side : sideTables()) {
                side.problems(dialect, catalog, table.name()).forEach(problems::add);
            }
        }
    }

    private TableUse use(Optional<StructType> schema) {
        Set<TableUse.Action> actions = EnumSet.of(TableUse.Action.LAST);
        if (rule.upserts()) {
            actions.addAll(Set.of(TableUse.Action.CONFLICT, TableUse.Action.UPDATE));
        } else if (rule.deadLetters() == null) {
            actions.add(TableUse.Action.COPY);
        }
        return new TableUse(
                actions, schema.map(stream -> Set.of(stream.fieldNames())).orElse(null));
    }

    private void checkStages(TableShape found) {
        if (!found.may(TableShape.Right.CREATE)) {
            problems.add(
                    rule.verb(),
                    name,
                    database + " may not create tables beside it, through which tasks hand over their rows",
                    "GRANT CREATE ON SCHEMA to that role.");
        }
    }

    private void checkColumns(StructType stream, TableCheck check) {
        StructField[] fields = stream.fields();
        for (int index = 0; index < fields.length; index++) {
            boolean key = rule.keys().contains(fields[index].name());
            check.column(fields[index], index, rule.keys(), rule.upserts() && !key)
                    .ifPresent(column -> plan(column, check));
        }
        check.rest(stream);
    }

    private void plan(PlannedColumn column, TableCheck check) {
        Set<TableColumn.Right> needed = EnumSet.of(TableColumn.Right.INSERT);
        if (column.key()) {
            needed.add(TableColumn.Right.SELECT);
        } else if (column.updated()) {
            needed.add(TableColumn.Right.UPDATE);
        }
        check.rights(column, needed);
        columns.add(column);
    }

    private List<AuxiliaryTable> sideTables() {
        TableName ledgers = Ledger.beside(dialect, found()).ledgers();
        AuxiliaryTable ledger = Ledger.table(dialect, rule.verb(), ledgers);
        return rule.deadLetters() == null
                ? List.of(ledger)
                : List.of(ledger, DeadLetters.table(dialect, rule.deadLetters().table()));
    }

    private TableShape found() {
        if (table == null) {
            throw new IllegalStateException("the table was not found");
        }
        return table;
    }
}
