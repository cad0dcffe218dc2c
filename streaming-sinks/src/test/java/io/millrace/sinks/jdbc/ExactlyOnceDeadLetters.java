package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table for exactly-once batches, some rows of which become dead letters. */
abstract class ExactlyOnceDeadLetters {
    static final String SUMMARY = "SELECT count(*), count(DISTINCT id), min(id), max(id) FROM orders";
    static final String REFUSED =
            "SELECT substring(\"row\" FROM '\"id\":(\\d+)'), sqlstate, reason FROM refused ORDER BY 1";
    static final JdbcTarget TARGET = Sinks.jdbc(Server.database()).table("orders");
    static final JdbcExactlyOnce APPEND = TARGET.appendExactlyOnce().deadLettersTo("refused");

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP TABLE IF EXISTS orders, refused, parent, millrace_ledger",
                "CREATE TABLE orders (id bigint, name text)");
    }

    static Dataset<Row> rows(int partitions) {
        return Batches.stream(partitions, "value AS id", "'n' || value AS name");
    }

    /** A thousand rows in a batch. */
    static Dataset<Row> hundreds(int partitions) {
        return Batches.stream(
                partitions, "explode(sequence(value * 100, value * 100 + 99)) AS id", "'n' || value AS name");
    }

    static void assertNoStageIsLeft() {
        assertThat(Server.rows("SELECT relname FROM pg_class WHERE relname LIKE 'millrace_stage%'"))
                .isEmpty();
    }
}
