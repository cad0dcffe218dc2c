package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.KeyRequirement;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.TableUse;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Plans an upsert. */
final class UpsertPlanner extends Planner<UpsertRule, UpsertPlan> {
    /** Types that Java and the server order in the same way. */
    private static final Set<String> VERSION_TYPES =
            Set.of("tinyint", "smallint", "int", "bigint", "date", "timestamp", "timestamp_ntz");

    UpsertPlanner(Database database, TableName name, FlushLimits limits, UpsertRule rule) {
        super(database, name, limits, rule);
    }

    @Override
    void checkStream(StructType stream) {
        super.checkStream(stream);
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

    @Override
    void checkRole(TableShape found) {
        if (dialect.upsertsFromStage() && !found.may(TableShape.Right.STAGE)) {
            problems.add(
                    "table",
                    name,
                    database.label() + " may not create temporary tables, through which rows are merged",
                    "GRANT TEMPORARY ON DATABASE to that role.");
        }
    }

    @Override
    Set<TableUse.Action> actions() {
        Set<TableUse.Action> actions = EnumSet.of(TableUse.Action.CONFLICT);
        if (!rule.insertOnly()) {
            actions.add(TableUse.Action.UPDATE);
        }
        if (rule.deleteMark() != null) {
            actions.add(TableUse.Action.DELETE);
        }
        return actions;
    }

    @Override
    KeyRequirement keyRequirement(List<String> streamed) {
        return new KeyRequirement(
                rule.insertOnly() ? KeyRequirement.Writes.INSERTS_ONLY : KeyRequirement.Writes.UPSERTS,
                rule.verb(),
                rule.keys(),
                rule.version(),
                streamed);
    }

    @Override
    Set<TableColumn.Right> neededRights(PlannedColumn column) {
        Set<TableColumn.Right> needed = EnumSet.of(TableColumn.Right.INSERT);
        if (column.updated() && !rule.insertOnly()) {
            needed.add(TableColumn.Right.UPDATE);
        }
        if (column.key()
                || column.name().equals(rule.version())
                || rule.keepOldWhereNull()
                || rule.spec().looksUp(column)) {
            needed.add(TableColumn.Right.SELECT);
        }
        return needed;
    }

    @Override
    Optional<AuxiliaryTable> progressTable(TableName found) {
        return fence(found).map(fence -> Fence.table(dialect, rule.verb(), fence.fences()));
    }

    private Optional<Fence> fence(TableName found) {
        return rule.needsFence() ? Optional.of(Fence.of(dialect, found)) : Optional.empty();
    }

    @Override
    UpsertPlan plan(TableShape found, List<PlannedColumn> planned, StructType schema) {
        return new UpsertPlan(
                database,
                name,
                limits,
                rule.inSchemaOf(found.name()),
                schema,
                planned,
                dialect.upsert(name, rule.spec(), planned),
                fence(found.name()).orElse(null),
                SinkMetrics.of(name));
    }
}
