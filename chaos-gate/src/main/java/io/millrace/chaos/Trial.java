package io.millrace.chaos;

import io.millrace.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One subject on tables, topic and checkpoint of its own, and the faults that meet it. */
final class Trial implements AutoCloseable {
    private static final int RECORDS = 40;
    private static final int READERS = Feed.PARTITIONS;
    private static final int SPARE_ROUNDS = 3;
    private static final long CATCHES_UP_SECONDS = 90;
    private static final long ZOMBIE_SECONDS = 2;
    private static final long PROCESS_SECONDS = 20;

    private final Rig rig;
    private final Subject subject;
    private final Hosting hosting;
    private final FailPoints points;
    private final PostgresProxy proxy;
    private final Tables tables;
    private final Feed feed;
    private final List<RunningQuery> queries = new ArrayList<>();
    private final Strikes strikes;
    private int readers = READERS;

    /**
     * A trial whose tables and topic are new.
     *
     * @param count how many queries share the topic, each with partitions of its own
     * @param hosting where their writers run
     */
    Trial(Rig rig, Subject subject, long seed, int count, Hosting hosting) throws SQLException {
        this.rig = rig;
        this.subject = subject;
        this.hosting = hosting;
        tables = new Tables(rig);
        tables.create(subject.table());
        feed = rig.newFeed(new Truth(seed));
        points = FailPoints.named(feed.topic());
        proxy = new PostgresProxy(rig.postgres().port(), points::reach);
        strikes = new Strikes(rig, points, proxy, new Rival(rig, rivalTable()), queries);
        points.onFault(strikes);
        for (int number = 0; number < count; number++) {
            queries.add(newQuery(number, count));
        }
    }

    /**
     * The sites that the subject passes each time it is begun and works.
     *
     * @param rounds how often it is begun; more than once sorts out what is passed by chance
     */
    List<String> survey(int rounds) throws Exception {
        points.forget();
        for (int round = 0; round < rounds; round++) {
            feed.more(RECORDS);
            awaitCaughtUp();
            crash();
        }
        return points.passed().entrySet().stream()
                .filter(site -> site.getValue() >= rounds)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether the site was passed often enough for the fault to strike. */
    boolean meet(Fault fault) throws Exception {
        strikes.expect();
        points.arm(fault);
        for (int round = 0; round < fault.hit() + SPARE_ROUNDS && points.isArmed(); round++) {
            feed.more(RECORDS);
            Deadline deadline = Deadline.in(CATCHES_UP_SECONDS);
            while (points.isArmed() && !caughtUp()) {
                check(deadline, "to come to " + fault.site());
                begin();
                Deadline.pause();
            }
        }
        boolean struck = !points.isArmed();
        points.disarm();
        if (struck) {
            strikes.awaitDone();
            // Two readers of one partition would leave open which of two events of a key comes last.
            readers = subject.table().equals(Tables.LATEST) ? READERS : fault.readers();
            aftermath(fault.action());
        }
        return struck;
    }

    /** Lets the subject finish, and holds what it wrote against the truth. */
    Verdict check() throws Exception {
        strikes.lift();
        awaitCaughtUp();
        goOnUntilWritten();
        Checker checker = new Checker(feed.truth(), feed.ends());
        return subject.table().equals(Tables.AUDIT)
                ? checker.append(tables.audit(), tables.totals(), plans())
                : checker.upsert(tables.latest());
    }

    /** Puts what a finding is explained with into a directory: what was passed last, and the checkpoints. */
    void keep(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("transcript"), points.transcript());
        for (int number = 0; number < queries.size(); number++) {
            copy(checkpoint(number), directory.resolve("checkpoint-" + number));
        }
    }

    /** Watches the tables from now on. */
    Observer observer() {
        return new Observer(rig, subject.table());
    }

    Strikes strikes() {
        return strikes;
    }

    /** How often a query was begun. */
    int begun() {
        return queries.stream().mapToInt(RunningQuery::begun).sum();
    }

    long events() {
        return feed.events();
    }

    @Override
    public void close() {
        crash();
        proxy.close();
        feed.close();
    }

    private void aftermath(Action action) throws Exception {
        switch (action) {
            case CRASH, KILL -> crash();
            case ZOMBIE -> {
                crash();
                feed.more(RECORDS);
                goOn(Deadline.in(ZOMBIE_SECONDS));
                strikes.releaseZombie();
            }
            case PAUSE, SECOND_DRIVER -> besides();
            default -> {}
        }
    }

    /** Another writer takes over while the one that was there has not ended, and perhaps continues. */
    private void besides() throws IOException {
        List<Writer> former = queries.stream()
                .map(RunningQuery::release)
                .filter(Objects::nonNull)
                .toList();
        goOn(Deadline.in(PROCESS_SECONDS));
        former.forEach(writer -> writer.signal("CONT"));
        goOn(Deadline.in(ZOMBIE_SECONDS));
        former.forEach(Writer::end);
    }

    private void goOn(Deadline deadline) throws IOException {
        while (deadline.open() && !caughtUp()) {
            begin();
            Deadline.pause();
        }
    }

    private void begin() {
        for (RunningQuery query : queries) {
            query.beginWhereEnded(readers);
        }
    }

    /** Everything of the writer is gone, but what it has written. */
    private void crash() {
        proxy.down();
        queries.forEach(RunningQuery::end);
        points.revive();
        proxy.up();
    }

    private void awaitCaughtUp() throws Exception {
        Deadline deadline = Deadline.in(CATCHES_UP_SECONDS);
        while (!caughtUp()) {
            check(deadline, "to catch up");
            begin();
            Deadline.pause();
        }
    }

    private void check(Deadline deadline, String awaited) {
        String failures = queries.stream().map(RunningQuery::lastFailure).collect(Collectors.joining());
        deadline.check("the query " + awaited + (failures.isEmpty() ? "" : " (it does not begin: " + failures + ")"));
    }

    /** A continuous query says that it has committed before it has written. */
    private void goOnUntilWritten() throws SQLException {
        Deadline deadline = Deadline.in(ZOMBIE_SECONDS);
        while (deadline.open() && !tables.ends(subject.table()).equals(feed.ends())) {
            Deadline.pause();
        }
    }

    private boolean caughtUp() throws IOException {
        Map<Integer, Long> ends = feed.ends();
        for (RunningQuery query : queries) {
            if (!query.caughtUp(ends)) {
                return false;
            }
        }
        return true;
    }

    private Map<BatchId, BatchPlan> plans() throws IOException {
        Map<BatchId, BatchPlan> plans = new TreeMap<>();
        for (RunningQuery query : queries) {
            plans.putAll(query.plans());
        }
        return plans;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private Path checkpoint(int number) {
        return rig.directory().resolve(feed.topic() + "-" + number);
    }

    private RunningQuery newQuery(int number, int of) {
        Path directory = checkpoint(number);
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
                CheckpointFiles.url(feed.topic(), directory),
                feed.topic());
        return new RunningQuery(hosting.launcher(job), partitions, directory);
    }

    /** Where the writers of a trial run. */
    @FunctionalInterface
    interface Hosting {
        Writer.Launcher launcher(Job job);
    }

    private String rivalTable() {
        return subject.table().equals(Tables.AUDIT) ? "totals" : Tables.LATEST;
    }

    private Target target() {
        TestPostgres postgres = rig.postgres();
        return new Target(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres", postgres.user(), postgres.password());
    }
}
