package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.FaultProxy.CommitFault;
import io.millrace.sinks.jdbc.FaultProxy.Forward;
import io.millrace.sinks.jdbc.dialect.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MariaDB commits when a table is created or dropped, so that an exactly-once batch is not a single transaction. */
@Timeout(60)
class MariaDbStageFaultTest {
    private static final String STAGE = " `millrace`.`millrace_stage_";

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "CUT, CREATE TABLE",
        "REPLY_LOST, CREATE TABLE",
        "KILLED, CREATE TABLE",
        "CUT, DROP TABLE IF EXISTS",
        "REPLY_LOST, DROP TABLE IF EXISTS",
        "KILLED, DROP TABLE IF EXISTS",
        "KILLED_BETWEEN_COMMIT_AND_DROP, DROP TABLE IF EXISTS"
    })
    void aBatchIsWrittenOnceAndItsStagingTableIsDropped(Fault fault, String words, @TempDir Path checkpoint)
            throws Exception {
        MariaDb.execute(
                "DROP TABLE IF EXISTS staged, millrace_ledger", "CREATE TABLE staged (id int, value varchar(100))");
        try (FaultProxy proxy = new FaultProxy(MariaDb.server().port())) {
            JdbcExactlyOnce append =
                    Sinks.jdbc(proxy.of(MariaDb.database())).table("staged").appendExactlyOnce();
            Dataset<Row> rows = Batches.stream(3, "cast(value AS int) AS id", "'v' || value AS value");
            proxy.onceAt(words + STAGE, fault);

            Batches.batch(append.write(rows), checkpoint);
            assertThat(proxy.hasCut()).isTrue();
            assertWritten(Batches.ROWS);

            Batches.batch(append.write(rows), checkpoint);
            assertWritten(2 * Batches.ROWS);
        }
    }

    private static void assertWritten(int rows) {
        assertThat(MariaDb.rows(
                        "SELECT count(*), count(DISTINCT id), max(id) FROM staged WHERE value = concat('v', id)"))
                .containsExactly(rows + "|" + rows + "|" + (rows - 1));
        assertThat(MariaDb.rows("SELECT batch_id, `rows` FROM millrace_ledger"))
                .containsExactly(rows / Batches.ROWS - 1 + "|" + Batches.ROWS);
        assertThat(MariaDb.rows("SHOW TABLES LIKE 'millrace\\_stage\\_%'")).isEmpty();
    }

    /** What happens to a statement before the connection of its sender is cut. */
    enum Fault implements CommitFault {
        /** The statement does not reach the server. */
        CUT {
            @Override
            public void strike(Forward forward) {}
        },
        REPLY_LOST {
            @Override
            public void strike(Forward forward) throws IOException {
                MariaDb.andAwaitItsEnd(forward);
            }
        },
        KILLED {
            @Override
            public void strike(Forward forward) throws IOException {
                forward.run();
                MariaDb.execute("KILL CONNECTION " + MariaDb.awaited(sessionOf(forward)));
            }
        },
        /** DROP commits, and then waits for the staging table, which another session reads. */
        KILLED_BETWEEN_COMMIT_AND_DROP {
            @Override
            public void strike(Forward forward) throws IOException {
                try (Connection reader = MariaDb.server().connect()) {
                    reader.setAutoCommit(false);
                    String stage = MariaDb.awaited("SHOW TABLES LIKE 'millrace\\_stage\\_%'");
                    Sql.execute(reader, "SELECT 1 FROM " + stage + " LIMIT 1");
                    forward.run();
                    String session =
                            MariaDb.awaited(sessionOf(forward) + " AND STATE LIKE 'Waiting for table metadata lock%'");
                    assertThat(MariaDb.rows("SELECT count(*) FROM staged")).containsExactly("" + Batches.ROWS);
                    Sql.execute(reader, "KILL CONNECTION " + session);
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            }
        };

        private static String sessionOf(Forward forward) {
            return "SELECT ID FROM information_schema.PROCESSLIST WHERE HOST = '127.0.0.1:" + forward.clientPort()
                    + "'";
        }
    }
}
