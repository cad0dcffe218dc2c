package io.millrace.samples;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.SupervisedQuery;
import io.millrace.core.SupervisedQuery.State;
import io.millrace.core.Supervision;
import io.millrace.core.Supervisor;
import io.millrace.core.Transforms;
import io.millrace.samples.demo.DemoFailure;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Runs three queries in one driver: one gets a row that its table refuses, one loses its database for 30 seconds, and
 * one is sound. The first is given up, the second starts again until its database is back, and the third goes on.
 */
final class Supervised {
    private static final String TABLE = "supervised";
    private static final String COLUMNS = "id bigint primary key check (id < 1000000)";
    private static final long REFUSED = 1_000_000;
    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90);
    private static final int ROWS = 100;

    private final SampleEnvironment environment;
    private final TestPostgres home = TestPostgres.shared();
    private final String poisoned;
    private final String cut;
    private final String sound;
    private long sent;

    private Supervised(SampleEnvironment environment) {
        this.environment = environment;
        poisoned = environment.newTopic();
        cut = environment.newTopic();
        sound = environment.newTopic();
    }

    static Pipeline pipeline(String name, Source numbers, Sink table) {
        return Pipeline.named(name)
                .from(numbers)
                .via(Transforms.jsonFields("value").bigint("id", "$.id"))
                .via(Transforms.select("id"))
                .to(table);
    }

    static Supervisor supervisor(Pipeline poisoned, Pipeline cut, Pipeline sound) {
        return Supervisor.of(poisoned, cut, sound)
                .stopWithin(Duration.ofSeconds(20))
                .probesOn(0); // any free port, here
    }

    static void run(SampleEnvironment environment) throws Exception {
        try (TestPostgres away = TestPostgres.start()) {
            new Supervised(environment).run(away);
        }
    }

    private void run(TestPostgres away) throws Exception {
        home.execute(
                "drop table if exists supervised, supervised_poisoned",
                "create table supervised (" + COLUMNS + ")",
                "create table supervised_poisoned (" + COLUMNS + ")");
        away.execute("create table supervised (" + COLUMNS + ")");
        Supervisor supervisor = supervisor(
                query("poisoned", poisoned, Database.at(home), "supervised_poisoned"),
                query("cut", cut, Database.at(away), TABLE),
                query("sound", sound, Database.at(home), TABLE));
        try (Supervision supervision = supervisor.start(environment.spark())) {
            send();
            await(() -> count(home, TABLE) == sent && count(away, TABLE) == sent);
            loseDatabase(away, supervision);
            await(() -> count(home, TABLE) == sent && count(away, TABLE) == sent && isRunning(supervision, "cut"));
            report(supervision, away);
        }
    }

    /** The sink itself retries for five seconds, not two minutes, so that the supervisor has something to do. */
    private Pipeline query(String name, String topic, Database database, String table) {
        return pipeline(
                        name,
                        environment.topic(topic),
                        Sinks.jdbc(database)
                                .table(table)
                                .retryFor(Duration.ofSeconds(5))
                                .upsertOn("id"))
                .checkpointAt(environment.checkpoint() + "/" + name);
    }

    /** For 30 seconds, or until the query has noticed: its sink waits as long for a connection. */
    private void loseDatabase(TestPostgres away, Supervision supervision) {
        away.stop();
        TestKafka.shared().send(poisoned, number(REFUSED));
        long end = System.nanoTime() + OUTAGE.toNanos();
        while (System.nanoTime() < end || isRunning(supervision, "cut")) {
            send();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
        away.restart();
    }

    /** Sends as many rows to the sound query and to the one that loses its database. */
    private void send() {
        String[] numbers =
                LongStream.range(sent, sent + ROWS).mapToObj(Supervised::number).toArray(String[]::new);
        TestKafka.shared().send(sound, numbers);
        TestKafka.shared().send(cut, numbers);
        sent += ROWS;
    }

    private void report(Supervision supervision, TestPostgres away) throws SQLException {
        List<SupervisedQuery> queries = supervision.queries();
        queries.forEach(query -> environment.print(query.name() + ": " + query.state() + ", restarts: "
                + query.restarts()
                + query.reason().map(reason -> ", last failure: " + reason).orElse("")));
        supervision.close();
        environment.print("exit code: " + supervision.await());
        environment.print("supervised: restarted="
                + queries.stream().mapToInt(SupervisedQuery::restarts).sum()
                + " given_up="
                + queries.stream()
                        .filter(query -> query.state() == State.GAVE_UP)
                        .count()
                + " sound_rows=" + count(home, TABLE)
                + " lost=" + (2 * sent - count(home, TABLE) - count(away, TABLE)));
    }

    private static boolean isRunning(Supervision supervision, String name) {
        return supervision.queries().stream()
                .anyMatch(query -> query.name().equals(name) && query.state() == State.RUNNING);
    }

    private static String number(long id) {
        return "{\"id\":" + id + "}";
    }

    private static long count(TestPostgres server, String table) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select count(*) from " + table)) {
            found.next();
            return found.getLong(1);
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new DemoFailure("the tables did not get their rows in time; --verbose shows why.");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
