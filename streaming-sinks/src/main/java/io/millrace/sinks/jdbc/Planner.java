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
import java.util.stream.Stream;
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
    private static final int ROUNDS = 3;

    final Database database;
    final TableName name;
    final FlushLimits limits;
    final R rule;
    final Dialect dialect;
    final Problems problems = new Problems();
    private final TableDdl ddl;
    private final TableChange change;
    private final List<PlannedColumn> columns = new ArrayList<>();
    private @Nullable TableShape table;

    Planner(Database database, TableName name, FlushLimits limits, R rule) {
        this.database = database;
        this.name = name;
        this.limits = limits;
        this.rule = rule;
        this.dialect = database.dialect();
        this.ddl = new TableDdl(dialect, name, rule);
        this.change = new TableChange(database, name, rule, ddl, problems);
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
            schema.ifPresent(stream -> change.note(found, stream));
        });
        return problems.all();
    }

    /**
     * Returns the statement that creates the table, or adds the columns that it lacks, or nothing.
     *
     * @throws ValidationException if there is no such statement
     */
    final String ddl(String subject, StructType stream) {
        List<String> statements = new ArrayList<>();
        StreamCheck.keys(rule.verb(), rule.keys(), stream, problems);
        DriverSession.inspect(database, problems, connection -> {
            Optional<TableShape> found = dialect.catalog(connection).table(name);
            if (found.isEmpty()) {
                ddl.create(stream, problems).ifPresent(statements::add);
            } else {
                List<StructField> missing = ddl.missing(found.get(), stream);
                new TableCheck(database, name, found.get(), ddl, problems).columnsBesides(missing, stream);
                Stream.of(missing)
                        .filter(columns -> !columns.isEmpty())
                        .map(ddl::add)
                        .forEach(statements::add);
            }
        });
        problems.refuse(subject);
        return AuxiliaryTable.script(statements);
    }

    /**
     * Returns the plan; creates the sink's own tables if they are missing, and does to the target what the rule allows.
     *
     * @throws ValidationException with all problems
     */
    final P plan(String subject, StructType schema) {
        check(Optional.of(schema));
        problems.refuse(subject);
        // More than one round only if another start creates the same table with fewer columns.
        for (int round = 0; change.isOpen() && round < ROUNDS; round++) {
            change.execute();
            problems.refuse(subject);
            check(Optional.of(schema));
            problems.refuse(subject);
        }
        TableShape found = table;
        if (found == null || change.isOpen()) {
            throw new IllegalStateException("the table was dropped or changed during the start");
        }
        DriverSession.ask(database, problems, connection -> {
            for (AuxiliaryTable auxiliary : auxiliaryTables(found.name())) {
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
    abstract Optional<AuxiliaryTable> progressTable(TableName found);

    abstract P plan(TableShape found, List<PlannedColumn> planned, StructType schema);

    private void checkDatabase(Catalog catalog, Optional<StructType> schema) throws SQLException {
        Optional<TableShape> found = catalog.table(name);
        if (found.isEmpty()) {
            checkAbsent(catalog, schema);
            return;
        }
        table = found.get();
        TableCheck check = new TableCheck(database, name, found.get(), ddl, problems);
        if (check.isTable()) {
            checkRole(found.get());
            List<StructField> added = change.checkAdded(catalog, found.get(), schema);
            schema.ifPresent(stream -> checkColumns(stream, added, check));
            check.missingRights(actions().contains(TableUse.Action.DELETE));
            if (!rule.keys().isEmpty()) {
                check.key(rule.verb(), rule.keys());
                schema.ifPresent(stream -> check.requirement(keyRequirement(List.of(stream.fieldNames()))));
            }
            check.obstacles(catalog, use(schema));
            checkAuxiliaryTables(catalog, found.get().name());
        }
    }

    private void checkAbsent(Catalog catalog, Optional<StructType> schema) throws SQLException {
        if (!rule.createsTable()) {
            StreamCheck.noTable(name, database, catalog, schema.flatMap(ddl::create), problems);
            return;
        }
        Optional<TableName> home = change.checkCreation(catalog, schema);
        if (home.isPresent()) {
            checkAuxiliaryTables(catalog, home.get());
        }
    }

    private void checkAuxiliaryTables(Catalog catalog, TableName found) throws SQLException {
        for (AuxiliaryTable auxiliary : auxiliaryTables(found)) {
            auxiliary.problems(dialect, catalog, found).forEach(problems::add);
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

    /** @param added the columns that the table does not have yet */
    private void checkColumns(StructType stream, List<StructField> added, TableCheck check) {
        columns.clear();
        StructField[] fields = stream.fields();
        for (int index = 0; index < fields.length; index++) {
            String field = fields[index].name();
            if (rule.writes(field) && !added.contains(fields[index])) {
                check.column(fields[index], index, rule.keys(), rule.updates(field))
                        .ifPresent(column -> {
                            check.rights(column, neededRights(column));
                            columns.add(column);
                        });
            }
        }
        check.missingColumns(stream);
    }

    private List<AuxiliaryTable> auxiliaryTables(TableName found) {
        List<AuxiliaryTable> tables = new ArrayList<>();
        progressTable(found).ifPresent(tables::add);
        DeadLetterRule letters = rule.deadLetters();
        if (letters != null) {
            letters.inSchemaOf(found).ownTable().ifPresent(table -> tables.add(DeadLetters.table(dialect, table)));
        }
        return tables;
    }
}
