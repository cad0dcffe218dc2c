package io.millrace.sinks;

import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Holds an exact sink against stream and table, before anything runs: either every problem there is, or the plan. */
final class ExactlyOncePlanner {
    private final JdbcTarget target;
    private ExactlyOnceRule rule;
    private final TableName name;
    private final Dialect dialect;
    private final Problems problems = new Problems();
    private final List<PlannedColumn> columns = new ArrayList<>();
    private @Nullable TableShape table;

    ExactlyOncePlanner(JdbcTarget target, ExactlyOnceRule rule) {
        this.target = target;
        this.rule = rule;
        this.name = target.tableFor(rule.verb());
        this.dialect = target.database().dialect();
    }

    List<Problem> check(Optional<StructType> schema) {
        schema.ifPresent(stream -> StreamCheck.keys(rule.verb(), rule.keys(), stream, problems));
        DriverSession.inspect(target.database(), problems, connection -> checkDatabase(connection, schema));
        return problems.all();
    }

    /** What runs, and may not run for ever. */
    List<Problem> notes(Optional<StructType> schema) {
        DriverSession.ask(target.database(), problems, connection -> {
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
     * The plan; creates the sink's own tables where they are missing.
     *
     * @throws ValidationException with every problem
     */
    ExactlyOncePlan plan(String subject, StructType schema) {
        check(Optional.of(schema));
        problems.refuse(subject);
        DriverSession.ask(target.database(), problems, connection -> {
            for (AuxiliaryTable table : sideTables()) {
                table.create(dialect, connection);
            }
        });
        problems.refuse(subject);
        return new ExactlyOncePlan(
                target, rule, writing(schema), Ledger.beside(dialect, found()), SinkMetrics.of(name));
    }

    private BatchWriting writing(StructType schema) {
        DeadLetterRule letters = rule.deadLetters();
        TableName table = found().name();
        return letters == null
                ? new PlainWriting(dialect.batch(table, rule, List.copyOf(columns)))
                : new DeadLetterWriting(
                        dialect.deadLetterMerge(table, rule, List.copyOf(columns))
                                .orElseThrow(),
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
            StreamCheck.noTable(name, target.database(), catalog, problems);
            return;
        }
        TableCheck check = new TableCheck(target.database(), name, table, problems);
        if (check.isTable()) {
            schema.ifPresent(stream -> checkColumns(stream, check));
            if (rule.upserts()) {
                check.key(rule.verb(), rule.keys());
                schema.ifPresent(stream -> check.use(new KeyRequirement(
                        rule.verb(), rule.keys(), null, false, false, List.of(stream.fieldNames()))));
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
        return new TableUse(
                rule.upserts(),
                rule.upserts(),
                false,
                !rule.upserts() && rule.deadLetters() == null,
                true,
                schema.map(stream -> Set.of(stream.fieldNames())).orElse(null));
    }

    private void checkStages(TableShape found) {
        if (!found.mayCreate()) {
            problems.add(
                    rule.verb(),
                    name,
                    target.database() + " may not create tables beside it, through which tasks hand over their rows",
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
        check.rights(
                column,
                column.key()
                        ? Set.of("INSERT", "SELECT")
                        : column.updated() ? Set.of("INSERT", "UPDATE") : Set.of("INSERT"));
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
