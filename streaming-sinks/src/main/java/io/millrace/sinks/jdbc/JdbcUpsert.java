package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.DeadLetterSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Transform;
import io.millrace.core.ValidationException;
import io.millrace.core.internal.ForeachPartitions;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows by key: delivered at least once, and in the table once, however often a micro-batch is rerun. Supports
 * every output mode and every trigger, the continuous one with {@link #durableRows}. Every column of the stream goes
 * into the column of the same name. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * hits.writeStream()
 *         .foreach(Sinks.jdbc(database).table("zips").upsertOn("id").writer(hits.schema()))
 *         .start();
 * }</pre>
 */
public final class JdbcUpsert implements BatchSink {
    private final JdbcTarget target;
    private final UpsertRule rule;

    JdbcUpsert(JdbcTarget target, UpsertRule rule) {
        this.target = target;
        this.rule = rule;
        target.tableFor(rule.verb());
    }

    /**
     * Updates a row only if the stream's {@code column} is greater than the table's, so that rows may arrive in any
     * order. It is an integer, a date or a timestamp. Within a batch, too, the greatest version of a key wins.
     */
    public JdbcUpsert versionedBy(String column) {
        updatesOnly("versionedBy");
        return with(rule.versionedBy(Identifier.check(dialect(), "versionedBy", column)));
    }

    /**
     * Deletes the key of a row whose boolean {@code column} is true. The column itself is not written. Deletes run in a
     * transaction of their own, before the upserts of the flush.
     */
    public JdbcUpsert deleteWhen(String column) {
        updatesOnly("deleteWhen");
        return with(rule.deleteWhen(Identifier.check(dialect(), "deleteWhen", column)));
    }

    /** Updates only these columns of a known key; a new key gets all columns. Default: all. */
    public JdbcUpsert updating(String first, String... more) {
        updatesOnly("updating");
        return with(rule.updating(Identifier.columns(dialect(), "updating", first, more)));
    }

    /** The same for columns in a list, which has at least one. */
    public JdbcUpsert updating(List<String> columns) {
        updatesOnly("updating");
        return with(rule.updating(Identifier.columns(dialect(), "updating", columns)));
    }

    /** Keeps the old value of a known key if the stream has NULL. Default off: NULL is written like any value. */
    public JdbcUpsert keepingOldWhereNull() {
        updatesOnly("keepingOldWhereNull");
        return with(rule.keepingOldWhereNull());
    }

    /**
     * Does not use the table {@code millrace_fence}, which prevents a task that Spark has given up from overwriting
     * newer batches. Default: fenced, unless {@link #versionedBy} has the same effect.
     */
    public JdbcUpsert unfenced() {
        return with(rule.unfenced());
    }

    /**
     * Commits each row before the next is taken. Only a continuous trigger needs it; it writes a few thousand rows
     * per second.
     */
    public JdbcUpsert durableRows() {
        return with(rule.withDurableRows());
    }

    /**
     * Writes rows that the table refuses to another table of its schema, with the reason, in the transaction of the
     * other rows; a row that is rerun is there once. Without it such a row fails the query. See {@link #ddl()} for the
     * table, which is created if it is missing.
     */
    public JdbcUpsert deadLettersTo(String table) {
        TableName letters = target.tableFor(rule.verb()).sibling(Identifier.check(dialect(), "deadLettersTo", table));
        return with(rule.deadLetters(DeadLetterRule.to(letters)));
    }

    /** The same with a table of another schema, on MariaDB of another database. Both names are taken as they are. */
    public JdbcUpsert deadLettersTo(String schema, String table) {
        return with(rule.deadLetters(DeadLetterRule.to(Identifier.table(dialect(), "deadLettersTo", schema, table))));
    }

    /**
     * Sends rows that the table refuses to another sink, such as {@code Sinks.kafka(..).topic("refused")}, at least
     * once: all brokers have them before the other rows are committed, and whatever is rerun may be sent again. A
     * record has the row as JSON, its key columns as JSON for a key, and in headers what the table of
     * {@link #deadLettersTo(String)} has in its columns: {@code millrace.reason}, {@code millrace.sqlstate},
     * {@code millrace.target}, {@code millrace.query}, {@code millrace.batch} and {@code millrace.digest}, equal for
     * equal rows. Replaces a table named before.
     *
     * @throws IllegalArgumentException if {@code letters} has no topic, or names columns for its records
     */
    public JdbcUpsert deadLettersTo(DeadLetterSink letters) {
        notNull("deadLettersTo(letters)", letters);
        return with(rule.deadLetters(DeadLetterRule.to(letters.sender())));
    }

    /**
     * The maximum share of a task's rows that may become dead letters before the task fails; ten rows always may.
     * Default 0.05.
     *
     * @throws IllegalArgumentException if {@link #deadLettersTo} was not called, or for a share outside 0 to 1
     */
    public JdbcUpsert deadLettersAtMost(double share) {
        return with(rule.deadLetters(DeadLetterRule.atMost(share, rule.deadLetters())));
    }

    /**
     * Creates the table before the start if it is missing, with a column for each of the stream and the key of the sink
     * as its primary key, by the statement of {@link #ddlFor}. Never changes a table that exists.
     */
    public JdbcUpsert creatingTable() {
        return with(rule.creatingTable());
    }

    /**
     * Adds the columns of the stream that the table does not have, before the start and by the statement of
     * {@link #ddlFor}. They may be NULL. Never changes or drops a column that exists, and never adds one of the key.
     */
    public JdbcUpsert addingColumns() {
        return with(rule.addingColumns());
    }

    /**
     * The statements that create the sink's own tables, if the role of the query may not. The tables belong in the
     * schema of the target table: if {@code table(name)} names no schema, run them with that schema first on the search
     * path.
     */
    public String ddl() {
        List<String> statements = new ArrayList<>();
        TableName table = target.tableFor(rule.verb());
        if (rule.needsFence()) {
            statements.add(Fence.ddl(dialect(), table.sibling(Fence.NAME)));
        }
        Optional.ofNullable(rule.deadLetters())
                .flatMap(DeadLetterRule::ownTable)
                .ifPresent(letters -> statements.add(DeadLetters.ddl(dialect(), letters)));
        return AuxiliaryTable.script(statements);
    }

    /**
     * The statement that creates the table for rows of {@code schema}, or adds the columns that it lacks; empty if it
     * has them all. Whether the columns fit is for the check before the start to say. It queries the database, and
     * changes nothing.
     *
     * @throws ValidationException if the database does not answer, or if the table cannot have such columns
     */
    public String ddlFor(StructType schema) {
        notNull("ddlFor(schema)", schema);
        return target.planner(rule).ddl(describe(), schema);
    }

    @Override
    public BatchSink after(Transform steps) {
        return new TableBranch(steps, this, BatchSink.super.after(steps));
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        return rows.writeStream().foreach(writer(rows.schema()));
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        ForeachWriter<Row> writer = writer(stream.schema());
        return (rows, batchId) -> ForeachPartitions.write(rows, batchId, writer);
    }

    /**
     * The writer alone, for your own job whose rows have {@code schema}. It queries the database, so call it on the
     * driver.
     *
     * @throws ValidationException with all reasons why such rows cannot go into the table
     */
    public ForeachWriter<Row> writer(StructType schema) {
        notNull("writer(schema)", schema);
        return new UpsertWriter(target.planner(rule).plan(describe(), schema));
    }

    /** The same with the columns as text, such as {@code zip STRING, hittime TIMESTAMP}. */
    public ForeachWriter<Row> writer(String ddl) {
        notNull("writer(ddl)", ddl);
        return writer(StructType.fromDDL(ddl));
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> problems = new ArrayList<>();
        if (query.isContinuous() && !rule.durableRows()) {
            problems.add(query.refusedTrigger(
                    "in continuous mode Spark commits an epoch before its last rows are flushed, and loses them in a"
                            + " crash",
                    "Use every(...) or availableNow(), or durableRows() on the sink."));
        }
        query.problemIfStateIsLost("the table").ifPresent(problems::add);
        problems.addAll(target.planner(rule).check(query.rows().map(Dataset::schema)));
        return problems;
    }

    @Override
    public List<Problem> notes(PlannedQuery query) {
        notNull("notes(query)", query);
        return target.planner(rule).notes(query.rows().map(Dataset::schema));
    }

    /** The table, the server, the key and what else was set, without the password. */
    @Override
    public List<String> targets() {
        return List.of("table " + target.place());
    }

    @Override
    public String describe() {
        return (rule.insertOnly() ? "insert into " : "upsert into ") + target.place() + " on "
                + String.join(", ", rule.keys())
                + rule.described().stream().map(call -> ", " + call).collect(Collectors.joining())
                + target.described();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JdbcUpsert sink && target.equals(sink.target) && rule.equals(sink.rule);
    }

    @Override
    public int hashCode() {
        return Objects.hash(target, rule);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    Database database() {
        return target.database();
    }

    private Dialect dialect() {
        return target.database().dialect();
    }

    private JdbcUpsert with(UpsertRule changed) {
        return new JdbcUpsert(target, changed);
    }

    private void updatesOnly(String call) {
        if (rule.insertOnly()) {
            throw new IllegalArgumentException(
                    call + "(...): insertOnlyOn(...) never changes a known key. Use upsertOn(...).");
        }
    }
}
