package io.millrace.chaos;

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

/** One subject on tables, topic and checkpoint of its own, and the faults that meet it. */
final class Trial implements AutoCloseable {
    /** So many more for each partition at a time. */
    static final int RECORDS = 40;

    private static final int ATTEMPTS = 3;
    private static final long ENDS_SECONDS = 90;
    private static final long WRITTEN_SECONDS = 2;

    private final Environment rig;
    private final Subject subject;
    private final Hosting hosting;
    private final String schema;
    private final FailPoints points;
    private final PostgresProxy proxy;
    private final Tables tables;
    private final Feed feed;
    private final Queries queries;
    private final FaultInjector strikes;
    private final Failover takeover;
    private long caughtUpSeconds;

    /**
     * A trial whose tables and topic are new.
     *
     * @param count how many queries share the topic, each with partitions of its own
     * @param hosting where their writers run; ends with the trial
     */
    Trial(Environment rig, Subject subject, long seed, int count, Hosting hosting) throws SQLException {
        this.rig = rig;
        this.subject = subject;
        this.hosting = hosting;
        schema = rig.newSchema();
        tables = new Tables(rig, schema);
        tables.create(subject.table());
        rig.execute(schema, subject.alsoNeeds());
        feed = rig.newFeed(new Truth(seed));
        points = FailPoints.named(feed.topic());
        proxy = new PostgresProxy(rig.postgres().port(), points::reach);
        queries = new Queries(feed, points, proxy);
        for (int number = 0; number < count; number++) {
            queries.add(newQuery(number, count));
        }
        strikes = new FaultInjector(rig, points, proxy, new DeadlockProvoker(rig, schema, rivalTable()), queries.all());
        points.onFault(strikes);
        takeover = new Failover(queries, feed, points, strikes);
    }

    /**
     * The sites that the subject passes each time it is begun and works.
     *
     * @param rounds how often it is begun; more than once sorts out what is passed by chance
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

    /** Ends whatever of it runs, for now. */
    void rest() {
        queries.crash();
    }

    /** Asks its processes to end, and waits for that. */
    void endInGoodOrder() {
        Deadline deadline = Deadline.in(ENDS_SECONDS);
        for (Writer writer : queries.release()) {
            writer.signal("TERM");
            while (writer.alive()) {
                deadline.check("a driver to end in good order");
                Deadline.pause();
            }
        }
    }

    /** Lets the subject write what the first faults may then get at. */
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
     * Whether the site was passed often enough for the fault to strike, and what it is for has come about: for a deadlock the
     * writer and its rival must meet in time, which they do not always on a machine that is busy.
     */
    boolean meet(Fault fault) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int victims = strikes.victims();
            if (!comesTo(fault)) {
                return false;
            }
            if (fault.action() != Action.DEADLOCK || strikes.hasDeadlocked(victims)) {
                return true;
            }
        }
        return false;
    }

    private boolean comesTo(Fault fault) throws Exception {
        strikes.expect();
        queries.readBy(fault.readers());
        points.arm(fault);
        for (int round = 0; round < 2 * fault.hit() && points.isArmed(); round++) {
            if (round >= fault.hit()) {
                queries.crash(); // for a site that is passed at the start only
            }
            feed.more(RECORDS);
            queries.await(() -> !points.isArmed() || queries.caughtUp(), "to come to " + fault.site());
        }
        boolean struck = !points.isArmed();
        points.disarm();
        if (struck) {
            strikes.awaitDone();
            aftermath(fault.action());
        }
        return struck;
    }

    private void aftermath(Action action) throws Exception {
        switch (action) {
            case CRASH, CRASH_BEHIND_COMMIT, KILL -> queries.crash();
            case ZOMBIE -> takeover.fromZombie();
            case PAUSE -> takeover.fromPaused();
            case SECOND_DRIVER -> takeover.sideBySide();
            default -> {}
        }
    }

    /** Lets the subject finish, and holds what it wrote against the truth. */
    Verdict check() throws Exception {
        strikes.lift();
        queries.awaitAtWork();
        long atWork = System.nanoTime();
        queries.awaitCaughtUp();
        long since = rig.lastKill() - atWork > 0 ? rig.lastKill() : atWork;
        caughtUpSeconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
        goOnUntilWritten();
        Checker checker = new Checker(feed.truth(), feed.ends());
        return switch (subject.table()) {
            case Tables.AUDIT -> checker.append(tables.written(Tables.AUDIT), tables.totals(), queries.plans());
            case Tables.SETTLED ->
                checker.settled(tables.written(Tables.HISTORY), tables.byKey(Tables.SETTLED), queries.plans());
            default -> checker.upsert(tables.byKey(Tables.LATEST));
        };
    }

    /** A continuous query says that it has committed before it has written. */
    private void goOnUntilWritten() throws SQLException {
        Deadline deadline = Deadline.in(WRITTEN_SECONDS);
        while (deadline.open() && !tables.ends(subject.table()).equals(feed.ends())) {
            Deadline.pause();
        }
    }

    /** Puts what a finding is explained with into a directory: what was passed last, and the checkpoints. */
    void keep(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("transcript"), points.transcript());
        queries.keep(directory);
    }

    /** Watches the tables from now on. */
    Observer observer() {
        return new Observer(rig, schema, subject.table());
    }

    FaultInjector strikes() {
        return strikes;
    }

    /** How often a query was begun. */
    int begun() {
        return queries.begun();
    }

    /**
     * How long it took the last time to catch up: since its writers worked again and both servers were up, since one that
     * another lane has killed meanwhile is a fault of this lane, too.
     */
    long caughtUpSeconds() {
        return caughtUpSeconds;
    }

    /** Connections to the database that its writers have open. */
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
        Path checkpoint = rig.directory().resolve(feed.topic() + "-" + number);
        List<Integer> partitions = IntStream.range(0, Feed.PARTITIONS)
                .filter(partition -> partition % of == number)
                .boxed()
                .toList();
        Job job = new Job(
                subject,
                target(),
                rig.kafka().bootstrapServers(),
                feed.topic(),
                partitions,
                CheckpointFiles.url(feed.topic(), checkpoint),
                feed.topic());
        return new RunningQuery(hosting.launcher(job), partitions, checkpoint);
    }

    private String rivalTable() {
        return subject.table().equals(Tables.AUDIT) ? "totals" : subject.table();
    }

    private Target target() {
        TestPostgres postgres = rig.postgres();
        return new Target(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?currentSchema=" + schema,
                postgres.user(),
                postgres.password());
    }
}
