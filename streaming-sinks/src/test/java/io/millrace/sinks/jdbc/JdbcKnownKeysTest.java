package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upsert of PostgreSQL leaves of the row of a known key. */
class JdbcKnownKeysTest {
    private static final StructType STOCK =
            new StructType().add("k", "int").add("a", "string").add("b", "string");

    @BeforeEach
    void dropTables() {
        Server.execute(
                "DROP TABLE IF EXISTS keyed, millrace_fence",
                "DROP DOMAIN IF EXISTS must",
                "CREATE DOMAIN must AS text NOT NULL");
    }

    @ParameterizedTest(name = "among {0} rows")
    @ValueSource(ints = {1, PostgresDialect.MANY_ROWS})
    void aKnownKeyIsUpdatedEvenIfANotNullColumnIsLeftOut(int others) {
        Server.execute("CREATE TABLE keyed (k int PRIMARY KEY, a text NOT NULL, b must, CHECK (a <> b))");
        Server.write(keyed().upsertOn("k").writer(STOCK), row(1, "a", "b"));

        Server.write(keyed().upsertOn("k").updating("b").writer(STOCK), with(others, row(1, null, "B")));
        assertThat(Server.rows("SELECT * FROM keyed WHERE k = 1")).containsExactly("1|a|B");

        Server.write(keyed().upsertOn("k").keepingOldWhereNull().writer(STOCK), with(others, row(1, "A", null)));
        assertThat(Server.rows("SELECT * FROM keyed WHERE k = 1")).containsExactly("1|A|B");
    }

    @Test
    void theOldValueIsTheOneThatAConcurrentWriterCommitted() throws Exception {
        Server.execute(
                "CREATE TABLE keyed (k int PRIMARY KEY, a text NOT NULL, b text)",
                "INSERT INTO keyed VALUES (1, 'a', 'b')");
        ForeachWriter<Row> keeping = keyed().upsertOn("k").keepingOldWhereNull().writer(STOCK);
        CompletableFuture<Void> merge;
        try (Connection other = Server.postgres().connect()) {
            other.setAutoCommit(false);
            Sql.execute(other, "UPDATE keyed SET a = 'changed'");
            merge = CompletableFuture.runAsync(() -> Server.write(keeping, row(1, null, "B")));
            Server.awaitSome("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%keyed%'");
            other.commit();
        }
        merge.get();

        assertThat(Server.rows("SELECT * FROM keyed")).containsExactly("1|changed|B");
    }

    @Test
    void aNewKeyIsRefusedIfANotNullColumnIsLeftOut() {
        Server.execute("CREATE TABLE keyed (k int PRIMARY KEY, a text NOT NULL, b text)");

        assertThatThrownBy(() ->
                        Server.write(keyed().upsertOn("k").keepingOldWhereNull().writer(STOCK), row(1, null, "b")))
                .hasMessageContaining("SQLSTATE 23502");
    }

    @ParameterizedTest(name = "among {0} rows")
    @ValueSource(ints = {1, PostgresDialect.MANY_ROWS})
    void aKeyThatIsAlwaysGeneratedIsWritten(int others) {
        Server.execute("CREATE TABLE keyed (k int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text, b text)");

        Server.write(keyed().upsertOn("k").writer(STOCK), with(others, row(7, "a", "b")));
        Server.write(keyed().upsertOn("k").writer(STOCK), with(others, row(7, "A", "B")));
        Server.write(keyed().insertOnlyOn("k").writer(STOCK), row(7, "x", "x"), row(8, "c", "d"));

        assertThat(Server.rows("SELECT * FROM keyed WHERE k BETWEEN 1 AND 9 ORDER BY k"))
                .containsExactly("7|A|B", "8|c|d");
    }

    /** This row, followed by valid rows with new keys. */
    private static Row[] with(int others, Row first) {
        return Stream.concat(Stream.of(first), IntStream.range(10, 9 + others).mapToObj(n -> row(n, "a" + n, "b" + n)))
                .toArray(Row[]::new);
    }

    private static JdbcTarget keyed() {
        return Sinks.jdbc(Server.database()).table("keyed");
    }
}
