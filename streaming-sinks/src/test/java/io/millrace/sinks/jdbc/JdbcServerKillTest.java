package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The server is killed around the COMMIT of a batch and restarted: no row is lost or duplicated, and no transaction
 * stays open.
 */
@Timeout(120)
class JdbcServerKillTest {
    // JUnit calls start() first.
    @SuppressWarnings("NullAway.Init")
    private static TestPostgres server;

    private final FaultProxy proxy = new FaultProxy(server.port());
    private final Database database = proxy.of(Server.database());

    /**
     * If {@code armed} has a row, a COMMIT waits for a standby that does not exist: it is durable on the disk, but not
     * yet confirmed.
     */
    @BeforeAll
    static void start() throws SQLException {
        server = TestPostgres.configured()
                .setting("synchronous_standby_names", "nobody")
                .start();
        server.execute("SET synchronous_commit = 'local'", "ALTER DATABASE postgres SET synchronous_commit = 'local'");
        Server.use(server);
        Server.execute(
                "CREATE TABLE armed ()",
                "CREATE FUNCTION await_standby() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF EXISTS (SELECT FROM armed) THEN PERFORM set_config('synchronous_commit', 'on', true);"
                        + " END IF; RETURN NULL; END $$");
    }

    @AfterAll
    static void stop() {
        Server.use(null);
        server.close();
    }

    @BeforeEach
    void emptyTables() {
        Server.execute("DROP TABLE IF EXISTS killed, millrace_ledger, millrace_fence", "DELETE FROM armed");
    }

    @AfterEach
    void end() throws Exception {
        Server.assertNothingIsLeftOpen(database);
        proxy.close();
    }

    static Stream<Arguments> moments() {
        return Arrays.stream(Moment.values())
                .flatMap(moment -> Stream.of(
                        // The COMMIT of the rows comes after those of the fence, the check of the ledger, the
                        // staging table and its rows.
                        Arguments.of(moment, JdbcStrategy.UPSERT_ON, 1, 2),
                        Arguments.of(moment, JdbcStrategy.APPEND_EXACTLY_ONCE, 1, 2),
                        Arguments.of(moment, JdbcStrategy.APPEND_EXACTLY_ONCE, 3, 6),
                        Arguments.of(moment, JdbcStrategy.UPSERT_EXACTLY_ONCE, 3, 6)));
    }

    @ParameterizedTest(name = "{0}: {1}, {2} partitions")
    @MethodSource("moments")
    void noRowIsLostOrDuplicated(
            Moment moment, JdbcStrategy strategy, int partitions, int commit, @TempDir Path checkpoint)
            throws Exception {
        Server.execute(
                "CREATE TABLE killed (id int" + strategy.key() + ", value text)",
                "CREATE TRIGGER await_standby AFTER INSERT OR UPDATE ON killed EXECUTE FUNCTION await_standby()");
        batch(strategy, partitions, checkpoint);
        long pid = server.pid();
        if (moment == Moment.DURABLE) {
            Server.execute("INSERT INTO armed DEFAULT VALUES");
        }
        proxy.atCommit(commit, moment);

        batch(strategy, partitions, checkpoint);

        assertThat(proxy.faultHasStruck()).isTrue();
        assertThat(server.pid()).isNotEqualTo(pid);
        assertThat(written()).containsExactly("20|20|19");
        batch(strategy, partitions, checkpoint);
        assertThat(written()).containsExactly("30|30|29");
        assertThat(Server.rows("SELECT relname FROM pg_class WHERE relname LIKE 'millrace_stage%'"))
                .isEmpty();
    }

    private void batch(JdbcStrategy strategy, int partitions, Path checkpoint) throws Exception {
        Batches.batch(
                strategy.into(Sinks.jdbc(database).table("killed"))
                        .write(Batches.stream(partitions, "cast(value AS int) AS id", "'v' || value AS value")),
                checkpoint);
    }

    private static List<String> written() {
        return Server.rows("SELECT count(*), count(DISTINCT id), max(id) FROM killed WHERE value = 'v' || id");
    }

    /** When the server is killed. */
    enum Moment implements FaultProxy.CommitFault {
        /** Before the server has the COMMIT. */
        BEFORE {
            @Override
            public void strike(FaultProxy.Forward forward) {
                killAndRestart();
            }
        },
        /** As it gets the COMMIT, which may or may not succeed. */
        AT_ONCE {
            @Override
            public void strike(FaultProxy.Forward forward) throws IOException {
                forward.run();
                killAndRestart();
            }
        },
        /** During the COMMIT, which is already on the disk. */
        DURABLE {
            @Override
            public void strike(FaultProxy.Forward forward) throws IOException {
                forward.run();
                Server.awaitSome("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
                Server.execute("DELETE FROM armed");
                killAndRestart();
            }
        },
        /** After the COMMIT, whose reply is lost. */
        AFTER {
            @Override
            public void strike(FaultProxy.Forward forward) throws IOException {
                forward.andAwaitItsEnd();
                killAndRestart();
            }
        };

        static void killAndRestart() {
            server.kill();
            server.restart();
        }
    }
}
