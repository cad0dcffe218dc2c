package io.millrace.sinks.jdbc;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.core.MemoryInput;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Secret;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.SupervisedQuery;
import io.millrace.core.SupervisedQuery.State;
import io.millrace.core.Supervision;
import io.millrace.core.Supervisor;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Supervised queries while real servers go away, change and refuse. */
@Timeout(180)
class SupervisorOnServersTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final MemoryInput<String> input = new MemoryInput<>(session(), Encoders.STRING());
    private final Path directory;

    SupervisorOnServersTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void createTables() {
        Server.execute(
                "DROP TABLE IF EXISTS watched, watched_too, millrace_fence",
                "CREATE TABLE watched (id int PRIMARY KEY CHECK (id < 1000))",
                "CREATE TABLE watched_too (id int PRIMARY KEY)");
    }

    @AfterEach
    void stopWhatStillRuns() throws Exception {
        for (StreamingQuery query : session().streams().active()) {
            query.stop();
        }
    }

    @Test
    void anOutageOfTheDatabaseIsSurvivedWithoutAnybody() throws Exception {
        try (TestPostgres server = TestPostgres.start()) {
            server.execute("CREATE TABLE watched (id int PRIMARY KEY)");
            try (Supervision supervision = start(memory(Database.at(server), "watched"))) {
                input.add("1");
                Await.until(() -> count(server) == 1);

                server.stop();
                input.add("2");
                Await.until(() -> query(supervision).restarts() >= 2);
                assertThat(query(supervision).lastFailure()).contains("connection-lost");
                assertThat(supervision.isReady()).isFalse();
                server.restart();
                Await.until(() -> supervision.isReady() && count(server) == 2);

                input.add("3");
                Await.until(() -> count(server) == 3);
                assertThat(supervision.isLive()).isTrue();
            }
        }
    }

    @Test
    void aDatabaseThatIsAwayAtTheStartIsAwaited() throws Exception {
        try (TestPostgres server = TestPostgres.start()) {
            server.execute("CREATE TABLE watched (id int PRIMARY KEY)");
            server.stop();
            input.add("1");

            try (Supervision supervision = start(memory(Database.at(server), "watched"))) {
                Await.until(() -> query(supervision).restarts() >= 2);
                assertThat(query(supervision).reason().orElseThrow())
                        .endsWith("the server cannot be reached. Start it, or correct host and port of the URL");
                server.restart();

                Await.until(() -> supervision.isReady() && count(server) == 1);
            }
        }
    }

    @Test
    void aChangedPasswordEndsTheQueryWithTheReason() throws Exception {
        Server.execute(
                "DO $$ BEGIN CREATE ROLE renewed LOGIN SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE renewed PASSWORD 'first'");
        Database database = Server.database().user("renewed").password(Secret.from(() -> "first"));
        Supervision supervision = start(memory(database, "watched"));
        input.add("1");
        Server.awaitSome("SELECT 1 FROM watched");

        Server.execute(
                "ALTER ROLE renewed PASSWORD 'second'",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'renewed'");
        input.add("2");

        assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
        assertThat(query(supervision).lastFailure()).contains("login-refused");
        assertThat(query(supervision).reason().orElseThrow())
                .contains("password authentication failed for user \"renewed\" (SQLSTATE 28P01)")
                .doesNotContain("first");
        assertThat(query(supervision).restarts()).isZero();
    }

    @Test
    void aRowThatTheTableRefusesEndsItsQueryAndLeavesTheOtherAlone() throws Exception {
        MemoryInput<String> soundInput = new MemoryInput<>(session(), Encoders.STRING());
        Supervision supervision = Supervisor.of(
                        memory(Server.database(), "watched"),
                        pipeline("sound", Sources.of(soundInput.toDF()), Server.database(), "watched_too"))
                .start(session());
        input.add("1000");
        Await.until(() -> query(supervision).state() == State.GAVE_UP);

        soundInput.add("2000");
        Server.awaitSome("SELECT 1 FROM watched_too");
        supervision.close();

        assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
        assertThat(query(supervision).restarts()).isZero();
        assertThat(query(supervision).lastFailure()).contains("row-refused");
        assertThat(query(supervision).reason().orElseThrow())
                .contains("SQLSTATE 23514", "constraint \"watched_id_check\"")
                .doesNotContain("1000");
        assertThat(supervision.queries().get(1))
                .extracting(SupervisedQuery::state, SupervisedQuery::restarts)
                .containsExactly(State.ENDED, 0);
    }

    @Test
    void aColumnThatIsGoneEndsTheQuery() throws Exception {
        Supervision supervision = start(memory(Server.database(), "watched"));
        input.add("1");
        Server.awaitSome("SELECT 1 FROM watched");

        Server.execute("DROP TABLE watched", "CREATE TABLE watched (number int PRIMARY KEY)");
        input.add("2");

        assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
        assertThat(query(supervision).lastFailure()).contains("schema-changed");
        assertThat(query(supervision).restarts()).isZero();
    }

    @Test
    void aTopicThatIsDeletedEndsTheQuery() throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("watched-and-deleted", 1);
        kafka.send("watched-and-deleted", "1");
        Supervision supervision = start(pipeline(
                "watched",
                Sources.kafka(kafka.bootstrapServers())
                        .topics("watched-and-deleted")
                        .startingFrom(Offsets.earliest()),
                Server.database(),
                "watched"));
        Server.awaitSome("SELECT 1 FROM watched");

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.deleteTopics(List.of("watched-and-deleted")).all().get();
        }

        assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
        assertThat(query(supervision).restarts()).isLessThanOrEqualTo(3);
        assertThat(query(supervision).lastFailure()).contains("start-refused");
        assertThat(query(supervision).reason().orElseThrow()).contains("have no such topic");
    }

    private Supervision start(Pipeline pipeline) {
        return Supervisor.of(pipeline).pausesUpTo(SHORT).start(session());
    }

    private Pipeline memory(Database database, String table) {
        return pipeline("watched", Sources.of(input.toDF()), database, table);
    }

    /** A query whose sink gives up early, so that the supervisor has to help. */
    private Pipeline pipeline(String name, Source source, Database database, String table) {
        return Pipeline.named(name)
                .from(source)
                .via(Transforms.of("as a number", rows -> rows.selectExpr("CAST(CAST(value AS string) AS int) AS id")))
                .to(Sinks.jdbc(database).table(table).retryFor(SHORT).upsertOn("id"))
                .checkpointAt(directory.resolve(name));
    }

    private static SupervisedQuery query(Supervision supervision) {
        return supervision.queries().get(0);
    }

    private static long count(TestPostgres server) throws Exception {
        try (Connection connection = server.connect()) {
            return Long.parseLong(
                    Server.rows(connection, "SELECT count(*) FROM watched").get(0));
        }
    }
}
