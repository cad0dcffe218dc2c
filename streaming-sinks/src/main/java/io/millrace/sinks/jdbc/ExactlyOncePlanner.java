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
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Plans an exactly-once sink. */
final class ExactlyOncePlanner extends Planner<ExactlyOnceRule, ExactlyOncePlan> {
    ExactlyOncePlanner(Database database, TableName name, FlushLimits limits, ExactlyOnceRule rule) {
        super(database, name, limits, rule);
    }

    @Override
    void checkRole(TableShape found) {
        if (!found.may(TableShape.Right.CREATE)) {
            problems.add(
                    rule.verb(),
                    name,
                    database.label() + " may not create tables in its schema, through which tasks hand over their rows",
                    "GRANT CREATE ON SCHEMA to that role.");
        }
    }

    @Override
    Set<TableUse.Action> actions() {
        Set<TableUse.Action> actions = EnumSet.of(TableUse.Action.KEEP);
        if (rule.upserts()) {
            actions.addAll(Set.of(TableUse.Action.CONFLICT, TableUse.Action.UPDATE));
        } else if (rule.deadLetters() == null) {
            actions.add(TableUse.Action.COPY);
        }
        return actions;
    }

    @Override
    KeyRequirement keyRequirement(List<String> streamed) {
        return new KeyRequirement(KeyRequirement.Writes.WHOLE_BATCHES, rule.verb(), rule.keys(), null, streamed);
    }

    @Override
    Set<TableColumn.Right> neededRights(PlannedColumn column) {
        Set<TableColumn.Right> needed = EnumSet.of(TableColumn.Right.INSERT);
        if (column.key()) {
            needed.add(TableColumn.Right.SELECT);
        } else if (column.updated()) {
            needed.add(TableColumn.Right.UPDATE);
        }
        return needed;
    }

    @Override
    Optional<AuxiliaryTable> progressTable(TableName found) {
        return Optional.of(
                Ledger.table(dialect, rule.verb(), Ledger.of(dialect, found).ledgers()));
    }

    @Override
    ExactlyOncePlan plan(TableShape found, List<PlannedColumn> planned, StructType schema) {
        ExactlyOnceRule resolved = rule.inSchemaOf(found.name());
        return new ExactlyOncePlan(
                database,
                limits,
                resolved,
                writing(found.name(), planned, schema, resolved.deadLetters()),
                Ledger.of(dialect, found.name()),
                SinkMetrics.of(name));
    }

    private BatchWriting writing(
            TableName table, List<PlannedColumn> planned, StructType schema, @Nullable DeadLetterRule letters) {
        return letters == null
                ? new BatchWriting.WithoutDeadLetters(dialect.exactlyOnce(table, planned))
                : new DeadLetterWriting(
                        dialect.deadLetterMerge(table, planned).orElseThrow(),
                        rule.keys(),
                        letters,
                        dialect,
                        name.toString(),
                        schema);
    }
}
