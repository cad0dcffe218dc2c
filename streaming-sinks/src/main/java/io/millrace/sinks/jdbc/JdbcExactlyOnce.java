package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.DeadLetterSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Transform;
import io.millrace.core.ValidationException;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes each micro-batch exactly once, in one transaction with the ledger, whatever fails in between and however often
 * Spark runs the batch. This holds as long as the checkpoint exists and the source returns the same rows for a batch
 * that is rerun. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Sink audit = Sinks.jdbc(database).table("audit").appendExactlyOnce();
 * }</pre>
 */
public final class JdbcExactlyOnce implements BatchSink {
    private final JdbcTarget target;
    private final ExactlyOnceRule rule;

    JdbcExactlyOnce(JdbcTarget target, ExactlyOnceRule rule) {
        this.target = target;
        this.rule = rule;
        target.tableFor(rule.verb());
    }

    /**
     * Lets a query start that is not in the ledger, on a table that other queries have written or in the middle of its
     * checkpoint. Rows that it reads again are then duplicated. For a second query into the same table, or an intended
     * fresh start.
     */
    public JdbcExactlyOnce allowNewCheckpoint() {
        return new JdbcExactlyOnce(target, rule.with(ExactlyOnceRule.Option.NEW_CHECKPOINTS));
    }

    /**
     * Writes rows that the table refuses to another table of its schema, with the reason, in the transaction of the
     * other rows; a row that is rerun is there once. Without it such a row fails the query. Every batch then uses a
     * staging table. See {@link #ddl()} for the table, which is created if it is missing.
     *
     * @throws IllegalArgumentException on MariaDB, whose stages refuse rows themselves
     */
    public JdbcExactlyOnce deadLettersTo(String table) {
        return deadLettersTo(DeadLetterRule.to(
                target.tableFor(rule.verb()).sibling(Identifier.check(dialect(), "deadLettersTo", table))));
    }

    /**
     * The same with a table of another schema. Both names are taken as they are.
     *
     * @throws IllegalArgumentException on MariaDB, whose stages refuse rows themselves
     */
    public JdbcExactlyOnce deadLettersTo(String schema, String table) {
        return deadLettersTo(DeadLetterRule.to(Identifier.table(dialect(), "deadLettersTo", schema, table)));
    }

    /**
     * Sends rows that the table refuses to another sink, such as {@code Sinks.kafka(..).topic("refused")}, with the
     * record of {@link JdbcUpsert#deadLettersTo(DeadLetterSink)}. The table stays exact, but letters come at least
     * once: the driver sends them before it commits the batch, and sends them again if the batch is not committed.
     *
     * @throws IllegalArgumentException on MariaDB, whose stages refuse rows themselves; if {@code letters} has no
     *     topic, or names columns for its records
     */
    public JdbcExactlyOnce deadLettersTo(DeadLetterSink letters) {
        notNull("deadLettersTo(letters)", letters);
        return deadLettersTo(DeadLetterRule.to(letters.sender()));
    }

    private JdbcExactlyOnce deadLettersTo(DeadLetterRule letters) {
        if (!dialect().mergesDeadLetters()) {
            throw new IllegalArgumentException("deadLettersTo(" + letters.place()
                    + "): an exactly-once batch can keep its refused rows only on PostgreSQL, and this is "
                    + dialect().product()
                    + ". Filter such rows out in an earlier step,"
                    + " or use upsertOn(...).deadLettersTo(...).");
        }
        return new JdbcExactlyOnce(target, rule.withDeadLetters(letters));
    }

    /**
     * The maximum share of a batch's rows that may become dead letters before the batch fails; ten rows always may.
     * Default 0.05.
     *
     * @throws IllegalArgumentException if {@link #deadLettersTo} was not called, or for a share outside 0 to 1
     */
    public JdbcExactlyOnce deadLettersAtMost(double share) {
        return new JdbcExactlyOnce(target, rule.withDeadLetters(DeadLetterRule.atMost(share, rule.deadLetters())));
    }

    /**
     * Creates the table before the start if it is missing, with a column for each of the stream and the key of the sink
     * as its primary key, by the statement of {@link #ddlFor}. Never changes a table that exists.
     */
    public JdbcExactlyOnce creatingTable() {
        return new JdbcExactlyOnce(target, rule.with(ExactlyOnceRule.Option.CREATE_TABLE));
    }

    /**
     * Adds the columns of the stream that the table does not have, before the start and by the statement of
     * {@link #ddlFor}. They may be NULL. Never changes or drops a column that exists, and never adds one of the key.
     */
    public JdbcExactlyOnce addingColumns() {
        return new JdbcExactlyOnce(target, rule.with(ExactlyOnceRule.Option.ADD_COLUMNS));
    }

    /**
     * The statements that create the sink's own tables, if the role of the query may not. The tables belong in the
     * schema of the target table: if {@code table(name)} names no schema, run them with that schema first on the search
     * path.
     */
    public String ddl() {
        List<String> statements = new ArrayList<>();
        TableName table = target.tableFor(rule.verb());
        statements.add(Ledger.ddl(dialect(), table.sibling(Ledger.NAME)));
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
        return rows.writeStream().foreachBatch(batches(rows.schema()));
    }

    /**
     * The function alone, for a job of your own: {@code foreachBatch(sink.batchesOf(rows))}. It queries the
     * database, so call it on the driver.
     *
     * @throws ValidationException with all reasons why such rows cannot go into the table
     */
    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        return batches(stream.schema());
    }

    VoidFunction2<Dataset<Row>, Long> batches(StructType schema) {
        return new ExactlyOnceWriter(plan(schema));
    }

    ExactlyOncePlan plan(StructType schema) {
        return target.planner(rule).plan(describe(), schema);
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> problems = new ArrayList<>();
        query.problemIfContinuous("an exactly-once sink").ifPresent(problems::add);
        if (query.isRealTime()) {
            problems.add(query.refusedTrigger(
                    "in real-time mode a batch may come again with other rows, and a sink that skips finished batches"
                            + " would lose them",
                    "Use upsertOn(...), or every(...)."));
        }
        if (!rule.upserts() && query.outputMode().equals(OutputMode.Complete())) {
            problems.add(new Problem(
                    "outputMode", "complete", "every batch would append the whole result again", "Use upsertOn(...)."));
        }
        query.problemWithoutCheckpoint("an exactly-once sink").ifPresent(problems::add);
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

    /** Whether rows have keys. */
    boolean upserts() {
        return rule.upserts();
    }

    @Override
    public String describe() {
        return (rule.upserts() ? "upsert exactly once into " : "append exactly once to ")
                + target.place()
                + (rule.upserts() ? " on " + String.join(", ", rule.keys()) : "")
                + rule.described().stream().map(call -> ", " + call).collect(Collectors.joining())
                + target.described();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JdbcExactlyOnce sink && target.equals(sink.target) && rule.equals(sink.rule);
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
}
