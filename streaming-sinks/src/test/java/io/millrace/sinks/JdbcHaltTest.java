package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Sink;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver ends between the database's commit and Spark's, and comes back with another number of partitions. */
class JdbcHaltTest {
    private static final JdbcTarget TARGET = Sinks.jdbc(Server.database()).table("halted");

    @Test
    void anUpsertIsExactAfterwards(@TempDir Path directory) throws Exception {
        Server.execute(
                "DROP TABLE IF EXISTS halted, millrace_fence", "CREATE TABLE halted (id int PRIMARY KEY, value text)");

        halt("upsertOn", directory);
        restart(TARGET.upsertOn("id"), directory);
    }

    @Test
    void anAppendIsExactAfterwards(@TempDir Path directory) throws Exception {
        Server.execute("DROP TABLE IF EXISTS halted, millrace_ledger", "CREATE TABLE halted (id int, value text)");

        halt("appendExactlyOnce", directory);
        assertThat(Server.rows("SELECT count(*) FROM halted")).containsExactly("20");
        restart(TARGET.appendExactlyOnce(), directory);
    }

    private static void restart(Sink sink, Path directory) throws Exception {
        Batches.batch(
                sink.write(Batches.stream(3, "cast(value AS int) AS id", "'v' || value AS value")),
                directory.resolve("checkpoint"));

        assertThat(Server.rows("SELECT count(*), count(DISTINCT id), max(id) FROM halted WHERE value = 'v' || id"))
                .containsExactly("30|30|29");
    }

    private static void halt(String verb, Path directory) throws Exception {
        int exit = ChildDriver.run(
                HaltingDriver.class,
                directory,
                verb,
                directory.resolve("checkpoint").toString());

        assertThat(exit).as("exit code, see driver.log in %s", directory).isEqualTo(HaltingDriver.HALTED);
    }
}
