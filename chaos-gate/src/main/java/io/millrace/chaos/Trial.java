package io.millrace.chaos;

import io.millrace.chaos.checker.Checker;
import io.millrace.chaos.checker.Truth;
import io.millrace.chaos.checker.Verdict;
import io.millrace.chaos.proxy.PostgresProxy;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A subject with its own tables, topic and checkpoint, and the faults that are injected into it. */
final class Trial implements AutoCloseable {
    /** Records that are fed to each partition at a time. */
    static final int RECORDS = 40;

    private static final int ATTEMPTS = 3;
    private static final long SHUTDOWN_SECONDS = 90;
    private static final long WRITTEN_SECONDS = 2;

    private final Environment environment;
    private final Subject subject;
    private final Hosting hosting;
    private final String schema;
    private final FailPoints points;
    private final PostgresProxy proxy;
    private final Tables tables;
    private final Feed feed;
    private final Queries queries;
    private final FaultInjector injector;
    private final Failover failover;
    private long caughtUpSeconds;

    /**
     * Creates a trial with new tables and a new topic.
     *
     * @param count how many queries share the topic, each reading its own partitions
     * @param hosting where their writers run; closed with the trial
     */
    Trial(Environment environment, Subject subject, long seed, int count, Hosting hosting) throws SQLException {
        this.environment = environment;
        this.subject = subject;
        this.hosting = hosting;
        schema = environment.newSchema();
        tables = new Tables(environment, schema);
        tables.create(subject.table());
        environment.execute(schema, subject.setup());
        feed = environment.newFeed(new Truth(seed));
        points = FailPoints.named(feed.topic());
        proxy = new PostgresProxy(environment.postgres().port(), points::reach);
        queries = new Queries(feed, points, proxy);
        for (int number = 0; number < count; number++) {
            queries.add(newQuery(number, count));
        }
        injector = new FaultInjector(
                environment, points, proxy, new DeadlockProvoker(environment, schema, deadlockTable()), queries.all());
        points.onFault(injector);
        failover = new Failover(queries, feed, points, injector);
    }

    /**
     * Returns the sites that the subject passes in every run.
     *
     * @param rounds how many times to run it; several runs exclude sites that are passed by chance
     */
    List<Site> survey(int rounds) throws Exception {
        Set<String> several = passedEachTime(Feed.PARTITIONS, rounds);
        Set<String> alone = passedEachTime(1, rounds);
        return Stream.concat(several.stream(), alone.stream())
                .distinct()
                .sorted()
                .map(site -> new Site(
                        site, alone.contains(site) ? 1 : 2, several.contains(site) ? subject.mostReaders() : 1))
                .toList();
    }

    /** Stops its queries. */
    void stop() {
        queries.crash();
    }

    /** Shuts its driver processes down by SIGTERM and waits for them. */
    void shutDown() {
        Deadline deadline = Deadline.in(SHUTDOWN_SECONDS);
        for (SubjectWriter writer : queries.release()) {
            writer.signal("TERM");
            while (writer.alive()) {
                deadline.check("a driver to shut down");
                Deadline.pause();
            }
        }
    }

    /** Feeds the first records and waits until they are written. */
    void warmUp() throws Exception {
        feed.more(RECORDS);
        queries.awaitCaughtUp();
    }

    private Set<String> passedEachTime(int readers, int rounds) throws Exception {
        points.forget();
        queries.readBy(readers);
        for (int round = 0; round < rounds; round++) {
            warmUp();
            queries.crash();
        }
        return points.passed().entrySet().stream()
                .filter(site -> site.getValue() >= rounds)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * Injects a fault and waits for its aftermath. Returns false if its site was not passed often enough, or if no
     * deadlock came about, which depends on timing.
     */
    boolean inject(Fault fault) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int victims = injector.victims();
            if (!injectOnce(fault)) {
                return false;
            }
            if (fault.action() != FaultAction.DEADLOCK || injector.hasDeadlocked(victims)) {
                return true;
            }
        }
        return false;
    }

    private boolean injectOnce(Fault fault) throws Exception {
        injector.prepare();
        queries.readBy(fault.readers());
        points.arm(fault);
        for (int round = 0; round < 2 * fault.hit() && points.isArmed(); round++) {
            if (round >= fault.hit()) {
                queries.crash(); // some sites are passed only at the start
            }
            feed.more(RECORDS);
            queries.await(() -> !points.isArmed() || queries.caughtUp(), "to reach " + fault.site());
        }
        boolean injected = !points.isArmed();
        points.disarm();
        if (injected) {
            injector.awaitDone();
            aftermath(fault.action());
        }
        return injected;
    }

    private void aftermath(FaultAction action) throws Exception {
        switch (action) {
            case CRASH, CRASH_AFTER_COMMIT, KILL -> queries.crash();
            case ZOMBIE -> failover.fromZombie();
            case PAUSE -> failover.fromPaused();
            case SECOND_DRIVER -> failover.concurrentDrivers();
            default -> {}
        }
    }

    /** Lets the subject catch up and compares its tables with the expected events. */
    Verdict check() throws Exception {
        injector.closeBlackHole();
        queries.awaitAtWork();
        long atWork = System.nanoTime();
        queries.awaitCaughtUp();
        long since = environment.lastKill() - atWork > 0 ? environment.lastKill() : atWork;
        caughtUpSeconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
        awaitWritten();
        Checker checker = new Checker(feed.truth(), feed.ends());
        return switch (subject.table()) {
            case Tables.AUDIT -> checker.append(tables.written(Tables.AUDIT), tables.totals(), queries.plans());
            case Tables.SETTLED ->
                checker.settled(tables.written(Tables.HISTORY), tables.byKey(Tables.SETTLED), queries.plans());
            default -> checker.upsert(tables.byKey(Tables.LATEST));
        };
    }

    /** A continuous query commits an epoch before it has written its rows. */
    private void awaitWritten() throws SQLException {
        Deadline deadline = Deadline.in(WRITTEN_SECONDS);
        while (deadline.open() && !tables.ends(subject.table()).equals(feed.ends())) {
            Deadline.pause();
        }
    }

    /** Saves evidence for findings in a directory: the last sites that were passed, and the checkpoints. */
    void keep(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("transcript"), points.transcript());
        queries.keep(directory);
    }

    /** Starts to observe the tables. */
    Observer observer() {
        return new Observer(environment, schema, subject.table());
    }

    FaultInjector injector() {
        return injector;
    }

    /** Returns how many times its queries were started. */
    int starts() {
        return queries.starts();
    }

    /**
     * Returns how long the last catch-up took, measured from when its writers were running and both servers were up.
     * Another trial may have killed a server meanwhile.
     */
    long caughtUpSeconds() {
        return caughtUpSeconds;
    }

    /** Returns the number of open connections of its writers to the database. */
    int connections() {
        return proxy.links();
    }

    @Override
    public void close() {
        queries.crash();
        hosting.close();
        proxy.close();
        feed.close();
    }

    private RunningQuery newQuery(int number, int of) {
        Path checkpoint = environment.directory().resolve(feed.topic() + "-" + number);
        List<Integer> partitions = IntStream.range(0, Feed.PARTITIONS)
                .filter(partition -> partition % of == number)
                .boxed()
                .toList();
        Job job = new Job(
                subject,
                target(),
                environment.kafka().bootstrapServers(),
                feed.topic(),
                partitions,
                ChaosCheckpointFiles.url(feed.topic(), checkpoint),
                feed.topic());
        return new RunningQuery(hosting.launcher(job), partitions, checkpoint);
    }

    private String deadlockTable() {
        return subject.table().equals(Tables.AUDIT) ? "totals" : subject.table();
    }

    private Target target() {
        TestPostgres postgres = environment.postgres();
        return new Target(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?currentSchema=" + schema,
                postgres.user(),
                postgres.password());
    }
}
