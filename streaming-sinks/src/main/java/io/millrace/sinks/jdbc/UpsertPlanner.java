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
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Checks an upsert against the stream and the table before anything runs. Returns the plan, or reports all problems.
 */
final class UpsertPlanner {
    /** Types that Java and the server order in the same way. */
    private static final Set<String> VERSION_TYPES =
            Set.of("tinyint", "smallint", "int", "bigint", "date", "timestamp", "timestamp_ntz");

    private final Database database;
    private UpsertRule rule;
    private final TableName name;
    private final FlushLimits limits;
    private final Dialect dialect;
    private final Problems problems = new Problems();
    private final List<PlannedColumn> columns = new ArrayList<>();
    private final List<AuxiliaryTable> sideTables = new ArrayList<>();
    private @Nullable Fence fence;

    UpsertPlanner(Database database, TableName name, FlushLimits limits, UpsertRule rule) {
        this.database = database;
        this.name = name;
        this.limits = limits;
        this.rule = rule;
        this.dialect = database.dialect();
    }

    /** Returns all problems. If the schema of the stream is not known, its columns are not checked. */
    List<Problem> check(Optional<StructType> schema) {
        schema.ifPresent(this::checkStream);
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
    UpsertPlan plan(String subject, StructType schema) {
        check(Optional.of(schema));
        problems.refuse(subject);
        DriverSession.ask(database, problems, connection -> {
            for (AuxiliaryTable table : sideTables) {
                table.create(dialect, connection);
            }
        });
        problems.refuse(subject);
        return new UpsertPlan(
                database,
                name,
                limits,
                rule,
                schema,
                List.copyOf(columns),
                dialect.upsert(name, rule.spec(), columns),
                fence,
                SinkMetrics.of(name));
    }

    private void checkStream(StructType stream) {
        StreamCheck.keys(rule.verb(), rule.keys(), stream, problems);
        for (String column : rule.updated()) {
            StreamCheck.has("updating", column, "this column", stream, problems);
        }
        String version = rule.version();
        if (version != null && StreamCheck.has("versionedBy", version, "this column", stream, problems)) {
            checkVersion(stream.apply(version).dataType(), version);
        }
        String mark = rule.deleteMark();
        if (mark != null
                && StreamCheck.has("deleteWhen", mark, "this column", stream, problems)
                && !(stream.apply(mark).dataType() instanceof BooleanType)) {
            problems.add("deleteWhen", mark, "this column is not a boolean", "Name one that is.");
        }
    }

    private void checkVersion(DataType type, String column) {
        if (!VERSION_TYPES.contains(type.catalogString())) {
            problems.add(
                    "versionedBy",
                    column,
                    "a " + type.catalogString() + " orders versions differently in Java and in the database",
                    "Use an integer, a date or a timestamp.");
        }
    }

    private void checkDatabase(Connection connection, Optional<StructType> schema) throws SQLException {
        Catalog catalog = dialect.catalog(connection);
        Optional<TableShape> found = catalog.table(name);
        if (found.isEmpty()) {
            StreamCheck.noTable(name, database, catalog, problems);
            return;
        }
        TableShape table = found.get();
        TableCheck check = new TableCheck(database, name, table, problems);
        if (check.isTable()) {
            checkRole(table);
            schema.ifPresent(stream -> checkColumns(stream, check));
            check.key(rule.verb(), rule.keys());
            schema.ifPresent(stream -> check.use(new KeyRequirement(
                    rule.insertOnly() ? KeyRequirement.Writes.INSERTS_ONLY : KeyRequirement.Writes.UPSERTS,
                    rule.verb(),
                    rule.keys(),
                    rule.version(),
                    List.of(stream.fieldNames()))));
            check.obstacles(catalog, use(schema));
            checkSideTables(catalog, table);
        }
    }

    private TableUse use(Optional<StructType> schema) {
        Set<TableUse.Action> actions = EnumSet.of(TableUse.Action.CONFLICT);
        if (!rule.insertOnly()) {
            actions.add(TableUse.Action.UPDATE);
        }
        if (rule.deleteMark() != null) {
            actions.add(TableUse.Action.DELETE);
        }
        return new TableUse(
                actions, schema.map(stream -> Set.of(stream.fieldNames())).orElse(null));
    }

    private void checkRole(TableShape table) {
        if (dialect.upsertsFromStage() && !table.may(TableShape.Right.STAGE)) {
            problems.add(
                    "table",
                    name,
                    database + " may not create temporary tables, through which rows are merged",
                    "GRANT TEMPORARY ON DATABASE to that role.");
        }
        if (rule.deleteMark() != null && !table.may(TableShape.Right.DELETE)) {
            problems.add(
                    "deleteWhen",
                    rule.deleteMark(),
                    database + " lacks DELETE on \"" + name + "\"",
                    "GRANT DELETE ON the table to that role.");
        }
    }

    private void checkColumns(StructType stream, TableCheck check) {
        StructField[] fields = stream.fields();
        for (int index = 0; index < fields.length; index++) {
            String field = fields[index].name();
            if (!field.equals(rule.deleteMark())) {
                check.column(fields[index], index, rule.keys(), rule.updates(field))
                        .ifPresent(column -> plan(column, check));
            }
        }
        check.rest(stream);
    }

    private void plan(PlannedColumn column, TableCheck check) {
        boolean read = column.key()
                || column.name().equals(rule.version())
                || rule.keepOldWhereNull()
                || rule.spec().looksUp(column);
        Set<TableColumn.Right> needed = EnumSet.of(TableColumn.Right.INSERT);
        if (column.updated() && !rule.insertOnly()) {
            needed.add(TableColumn.Right.UPDATE);
        }
        if (read) {
            needed.add(TableColumn.Right.SELECT);
        }
        check.rights(column, needed);
        columns.add(column);
    }

    private void checkSideTables(Catalog catalog, TableShape table) throws SQLException {
        if (rule.needsFence()) {
            fence = Fence.beside(dialect, table);
            sideTables.add(Fence.table(dialect, rule.verb(), fence.fences()));
        }
        DeadLetterRule letters = rule.deadLetters();
        if (letters != null) {
            DeadLetterRule beside = letters.beside(table.name());
            rule = rule.deadLetters(beside);
            sideTables.add(DeadLetters.table(dialect, beside.table()));
        }
        for (AuxiliaryTable side : sideTables) {
            side.problems(dialect, catalog, table.name()).forEach(problems::add);
        }
    }
}
