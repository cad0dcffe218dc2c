package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Continuous queries on real servers, whose partitions are in different epochs. */
class ContinuousUpsertTest {
    private static final TestKafka KAFKA = TestKafka.shared();
    private static final List<String> TABLES = List.of(
            "DROP TABLE IF EXISTS continuous, millrace_fence", "CREATE TABLE continuous (id bigint PRIMARY KEY)");

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void allPartitionsWriteOverEpochsAndRestartsAndWithMorePartitions(int partitions) throws Exception {
        Server.execute(TABLES.toArray(String[]::new));

        assertThat(run(Server.database(), "postgres", partitions))
                .as("exit code, see driver.log in " + directory)
                .isZero();
    }

    @Test
    void onMariaDbToo() throws Exception {
        MariaDb.execute(TABLES.toArray(String[]::new));

        assertThat(run(MariaDb.database(), "mariadb", 4))
                .as("exit code, see driver.log in " + directory)
                .isZero();
    }

    private int run(Database database, String server, int partitions) throws Exception {
        String topic = "continuous-" + server + "-" + partitions;
        KAFKA.createTopic(topic, partitions);
        return ChildDriver.run(
                ContinuousDriver.class,
                directory,
                database,
                directory.toString(),
                KAFKA.bootstrapServers(),
                topic,
                Integer.toString(partitions));
    }
}
