package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver ends between the database's commit and Spark's, and restarts with another number of partitions. */
class JdbcHaltTest {
    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    private static Path directory;

    @BeforeAll
    static void haltADriverOfAllStrategies() throws Exception {
        Server.execute("DROP TABLE IF EXISTS millrace_fence, millrace_ledger");
        for (JdbcStrategy strategy : JdbcStrategy.values()) {
            Server.execute(
                    "DROP TABLE IF EXISTS " + table(strategy),
                    "CREATE TABLE " + table(strategy) + " (id int" + strategy.key() + ", value text)");
        }

        int exit = ChildDriver.run(HaltingDriver.class, directory, directory.toString());

        assertThat(exit).as("exit code, see driver.log in %s", directory).isEqualTo(HaltingDriver.HALTED);
    }

    @ParameterizedTest
    @EnumSource
    void noRowIsLostOrDuplicatedAfterTheRestart(JdbcStrategy strategy) throws Exception {
        Path checkpoint = directory.resolve(strategy.name());
        assertThat(checkpoint.resolve("commits/0")).exists();
        assertThat(checkpoint.resolve("offsets/1")).exists();
        assertThat(checkpoint.resolve("commits/1")).doesNotExist();
        assertThat(Server.rows("SELECT 1 FROM " + table(strategy) + " WHERE id >= 10"))
                .as("committed by the database only")
                .isNotEmpty();

        Batches.batch(
                strategy.into(Sinks.jdbc(Server.database()).table(table(strategy)))
                        .write(Batches.stream(3, "cast(value AS int) AS id", "'v' || value AS value")),
                checkpoint);

        assertThat(Server.rows("SELECT count(*), count(DISTINCT id), max(id) FROM " + table(strategy)
                        + " WHERE value = 'v' || id"))
                .containsExactly("30|30|29");
    }

    static String table(JdbcStrategy strategy) {
        return "halted_" + strategy.name().toLowerCase(Locale.ROOT);
    }
}
