package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.LookedUp.keys;
import static io.millrace.sinks.jdbc.LookedUp.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Lookups;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database is away while rows are looked up. */
@Timeout(120)
class JdbcLookupFaultTest {
    // JUnit calls start() first.
    @SuppressWarnings("NullAway.Init")
    private static TestPostgres server;

    private final FaultProxy proxy = new FaultProxy(server.port());
    private final Database database = proxy.of(Server.database());
    private final JdbcLookup lookup = Lookups.jdbc(database)
            .table("customers")
            .key("key", "id")
            .columns("segment")
            .cachedFor(Duration.ZERO)
            .missesCachedFor(Duration.ZERO);

    @BeforeAll
    static void start() {
        server = TestPostgres.start();
        Server.use(server);
    }

    @AfterAll
    static void stop() {
        Server.use(null);
        server.close();
    }

    @BeforeEach
    void fill() {
        Server.execute(
                "DROP TABLE IF EXISTS customers",
                "CREATE TABLE customers (id bigint PRIMARY KEY, segment text)",
                "INSERT INTO customers VALUES (1, 'a')");
    }

    @AfterEach
    void end() throws Exception {
        Server.assertNothingIsLeftOpen(database);
        proxy.close();
    }

    @Test
    void aQueryWhoseConnectionIsCutIsAskedAgain() {
        Dataset<Row> found = lookup.apply(keys("long", 1L, 2L));
        proxy.cutOnceAt("WITH ORDINALITY");

        assertThat(rows(found.drop("n"))).containsExactly("1|a", "2|null");
        assertThat(proxy.hasCut()).isTrue();
    }

    @Test
    void aTaskWaitsForAKilledServerToRestart() {
        Dataset<Row> found = lookup.apply(keys("long", 1L, 2L));
        proxy.onceAt("WITH ORDINALITY", forward -> {
            server.kill();
            new Thread(server::restart).start();
        });

        assertThat(rows(found.drop("n"))).containsExactly("1|a", "2|null");
    }

    @Test
    void theWholeTableIsAwaitedToo() {
        Dataset<Row> found = lookup.wholeTable().apply(keys("long", 1L, 2L));
        proxy.onceAt("AS t", forward -> {
            server.kill();
            new Thread(server::restart).start();
        });

        assertThat(rows(found.drop("n"))).containsExactly("1|a", "2|null");
    }

    @Test
    void anOutageThatLastsEndsTheQueryInASentence() throws SQLException {
        Dataset<Row> found = lookup.retryFor(Duration.ZERO).apply(keys("long", 1L, 2L));
        proxy.cutOnceAt("WITH ORDINALITY");

        assertThatThrownBy(() -> rows(found))
                .hasStackTraceContaining("SinkFailure: Look-up in \"customers\" in 127.0.0.1:");
        assertThat(rows(found.drop("n"))).containsExactly("1|a", "2|null");
    }

    @Test
    void aTableThatIsGoneIsNotAwaited() {
        Dataset<Row> found = lookup.apply(keys("long", 1L));
        Server.execute("DROP TABLE customers");

        assertThatThrownBy(() -> rows(found)).hasMessageContaining("relation \"public.customers\" does not exist");
    }

    /** The index of another collation lets rows in that the comparison of the column takes for equal. */
    @Test
    void rowsAreNeverMultiplied() {
        Dataset<Row> found = lookup.apply(keys("long", 1L));
        Server.execute("ALTER TABLE customers DROP CONSTRAINT customers_pkey", "INSERT INTO customers VALUES (1, 'b')");

        assertThatThrownBy(() -> rows(found)).hasMessageContaining("found two rows of one key");
    }

    @Test
    void aServerThatIsReadOnlyIsGoodEnough() throws SQLException {
        server.execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
        try {
            assertThat(rows(
                            Lookups.jdbc(Server.database().connections(1))
                                    .table("customers")
                                    .key("key", "id")
                                    .columns("segment"),
                            keys("long", 1L)))
                    .containsExactly("1|a");
        } finally {
            server.execute(
                    "SET default_transaction_read_only = off",
                    "ALTER DATABASE postgres RESET default_transaction_read_only");
        }
    }
}
