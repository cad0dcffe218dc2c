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
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Checks a sink against the stream and the table before anything runs. Returns the plan, or reports all problems.
 *
 * @param <R> the settings of the sink
 * @param <P> the plan
 */
abstract class Planner<R extends SinkRule, P> {
    final Database database;
    final TableName name;
    final FlushLimits limits;
    final R rule;
    final Dialect dialect;
    final Problems problems = new Problems();
    private final List<PlannedColumn> columns = new ArrayList<>();
    private @Nullable TableShape table;

    Planner(Database database, TableName name, FlushLimits limits, R rule) {
        this.database = database;
        this.name = name;
        this.limits = limits;
        this.rule = rule;
        this.dialect = database.dialect();
    }

    /** Returns all problems. If the schema of the stream is not known, its columns are not checked. */
    final List<Problem> check(Optional<StructType> schema) {
        schema.ifPresent(this::checkStream);
        DriverSession.inspect(database, problems, connection -> checkDatabase(dialect.catalog(connection), schema));
        checkSender();
        return problems.all();
    }

    /** Reports what works now but will fail sooner or later, such as a sequence that runs out of numbers. */
    final List<Problem> notes(Optional<StructType> schema) {
        DriverSession.ask(database, problems, connection -> {
            Catalog catalog = dialect.catalog(connection);
            Optional<TableShape> found = catalog.table(name);
            if (found.isPresent()) {
                catalog.notes(found.get().name(), use(schema))
                        .forEach(note -> problems.add("table", name, note.reason(), note.hint()));
            }
        });
        return problems.all();
    }

    /**
     * Returns the plan; creates the sink's own tables if they are missing.
     *
     * @throws ValidationException with all problems
     */
    final P plan(String subject, StructType schema) {
        check(Optional.of(schema));
        problems.refuse(subject);
        TableShape found = table;
        if (found == null) {
            throw new IllegalStateException("the table was not found");
        }
        DriverSession.ask(database, problems, connection -> {
            for (AuxiliaryTable auxiliary : auxiliaryTables(found)) {
                auxiliary.create(dialect, connection);
            }
        });
        problems.refuse(subject);
        return plan(found, List.copyOf(columns), schema);
    }

    /** Checks the columns that the settings name. */
    void checkStream(StructType stream) {
        StreamCheck.keys(rule.verb(), rule.keys(), stream, problems);
    }

    /** Checks what the role may do besides writing columns. */
    abstract void checkRole(TableShape found);

    abstract Set<TableUse.Action> actions();

    abstract KeyRequirement keyRequirement(List<String> streamed);

    abstract Set<TableColumn.Right> neededRights(PlannedColumn column);

    /** The table in which the sink records its progress. */
    abstract Optional<AuxiliaryTable> progressTable(TableShape found);

    abstract P plan(TableShape found, List<PlannedColumn> planned, StructType schema);

    private void checkDatabase(Catalog catalog, Optional<StructType> schema) throws SQLException {
        Optional<TableShape> found = catalog.table(name);
        if (found.isEmpty()) {
            StreamCheck.noTable(name, database, catalog, problems);
            return;
        }
        table = found.get();
        TableCheck check = new TableCheck(database, name, found.get(), problems);
        if (check.isTable()) {
            checkRole(found.get());
            schema.ifPresent(stream -> checkColumns(stream, check));
            check.missingRights(actions().contains(TableUse.Action.DELETE));
            if (!rule.keys().isEmpty()) {
                check.key(rule.verb(), rule.keys());
                schema.ifPresent(stream -> check.requirement(keyRequirement(List.of(stream.fieldNames()))));
            }
            check.obstacles(catalog, use(schema));
            for (AuxiliaryTable auxiliary : auxiliaryTables(found.get())) {
                auxiliary.problems(dialect, catalog, found.get().name()).forEach(problems::add);
            }
        }
    }

    private void checkSender() {
        DeadLetterRule letters = rule.deadLetters();
        if (letters != null && letters.sender() != null) {
            letters.sender().check().stream()
                    .map(problem -> new Problem(
                            "deadLettersTo",
                            problem.field() + " " + problem.value(),
                            problem.reason(),
                            problem.hint(),
                            problem.isTransient()))
                    .forEach(problems::add);
        }
    }

    private TableUse use(Optional<StructType> schema) {
        return new TableUse(
                actions(), schema.map(stream -> Set.of(stream.fieldNames())).orElse(null));
    }

    private void checkColumns(StructType stream, TableCheck check) {
        StructField[] fields = stream.fields();
        for (int index = 0; index < fields.length; index++) {
            String field = fields[index].name();
            if (rule.writes(field)) {
                check.column(fields[index], index, rule.keys(), rule.updates(field))
                        .ifPresent(column -> {
                            check.rights(column, neededRights(column));
                            columns.add(column);
                        });
            }
        }
        check.missingColumns(stream);
    }

    private List<AuxiliaryTable> auxiliaryTables(TableShape found) {
        List<AuxiliaryTable> tables = new ArrayList<>();
        progressTable(found).ifPresent(tables::add);
        DeadLetterRule letters = rule.deadLetters();
        if (letters != null) {
            letters.inSchemaOf(found.name())
                    .ownTable()
                    .ifPresent(table -> tables.add(DeadLetters.table(dialect, table)));
        }
        return tables;
    }
}
