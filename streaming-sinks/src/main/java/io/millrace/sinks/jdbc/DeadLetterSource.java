package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.Source;
import io.millrace.core.internal.TableStream;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.time.Instant;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The refused rows of one table as they were sent, read back from the table of {@code deadLettersTo} to be written
 * again. A letter is removed after Spark has committed the batch that has its row, whatever the sink; those that this
 * query itself makes stay, for another repair. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * database.deadLetters("refused").ofTable("audit").columns("id BIGINT, zip STRING")
 * }</pre>
 */
public final class DeadLetterSource implements Source {
    private final LetterTable letters;

    DeadLetterSource(Database database, TableName table) {
        this(LetterTable.of(database, table));
    }

    private DeadLetterSource(LetterTable letters) {
        this.letters = letters;
    }

    /** The table that refused the rows, as the pipeline named it. Required. */
    public DeadLetterSource ofTable(String table) {
        return of(new TableName(null, Identifier.check(letters.dialect(), "ofTable", table)));
    }

    /** The same for a pipeline that named the schema too. */
    public DeadLetterSource ofTable(String schema, String table) {
        return of(Identifier.table(letters.dialect(), "ofTable", schema, table));
    }

    private DeadLetterSource of(TableName target) {
        return new DeadLetterSource(letters.withTarget(target.toString()));
    }

    /**
     * All columns of the refused rows, such as {@code id BIGINT, zip STRING}: those that the sink got. Required. A row
     * with others, or with values of other types, fails the query and stays where it is.
     */
    public DeadLetterSource columns(String ddl) {
        notNull("columns(ddl)", ddl);
        return schema(StructType.fromDDL(ddl));
    }

    /** As {@link #columns}. */
    public DeadLetterSource schema(StructType schema) {
        notNull("schema(schema)", schema);
        return new DeadLetterSource(letters.withSchema(schema));
    }

    /** Only letters whose SQLSTATE is like this pattern of SQL, such as {@code 22%}, errors of data. Default: all. */
    public DeadLetterSource sqlState(String pattern) {
        notNull("sqlState(pattern)", pattern);
        return new DeadLetterSource(letters.withChoice(letters.choice().like(pattern)));
    }

    /** Only letters of refusals at or after this time, by the clock of the database. Default: all. */
    public DeadLetterSource since(Instant time) {
        notNull("since(time)", time);
        return new DeadLetterSource(letters.withChoice(letters.choice().from(time)));
    }

    /** Only letters of refusals before this time, by the clock of the database. Default: all. */
    public DeadLetterSource until(Instant time) {
        notNull("until(time)", time);
        return new DeadLetterSource(letters.withChoice(letters.choice().to(time)));
    }

    /** The maximum number of letters in a micro-batch. Default 5,000. One task reads the rows of a batch. */
    public DeadLetterSource maxLettersPerBatch(int letters) {
        if (letters < 1) {
            throw new IllegalArgumentException(
                    "maxLettersPerBatch(" + letters + "): a batch takes at least one letter.");
        }
        return new DeadLetterSource(
                this.letters.withChoice(this.letters.choice().atMost(letters)));
    }

    @Override
    public Dataset<Row> load(SparkSession spark) {
        notNull("load(spark)", spark);
        LetterChecks.check(letters).refuse("Source " + describe());
        return TableStream.rows(
                spark, letters.name(), letters.schema(), location -> LetterStream.at(location, letters));
    }

    @Override
    public String describe() {
        return letters.toString();
    }

    /** Whether {@code other} reads the same letters with the same settings. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeadLetterSource source && letters.equals(source.letters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(letters);
    }

    @Override
    public String toString() {
        return describe();
    }
}
