package io.millrace.chaos;

import io.millrace.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One subject on tables, topic and checkpoint of its own, and the faults that meet it. */
final class Trial implements AutoCloseable {
    private static final int RECORDS = 40;
    private static final int READERS = Feed.PARTITIONS;
    /** What a zombie or a second driver is given to read meanwhile, little by little. */
    private static final int FEW_RECORDS = 2;

    private static final long CATCHES_UP_SECONDS = 90;
    private static final long ZOMBIE_SECONDS = 2;
    private static final long PROCESS_SECONDS = 20;
    private static final long FEED_MILLIS = 100;

    private final Rig rig;
    private final Subject subject;
    private final Hosting hosting;
    private final String schema;
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
        schema = rig.newSchema();
        tables = new Tables(rig, schema);
        tables.create(subject.table());
        rig.execute(schema, subject.alsoNeeds());
        feed = rig.newFeed(new Truth(seed));
        points = FailPoints.named(feed.topic());
        proxy = new PostgresProxy(rig.postgres().port(), points::reach);
        strikes = new Strikes(rig, points, proxy, new Rival(rig, schema, rivalTable()), queries);
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
    List<Site> survey(int rounds) throws Exception {
        Set<String> several = passedEachTime(READERS, rounds);
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
        crash();
    }

    /** Asks its processes to end, and waits for that. */
    void endInGoodOrder() {
        Deadline deadline = Deadline.in(CATCHES_UP_SECONDS);
        for (Writer writer : released()) {
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
        awaitCaughtUp();
    }

    private Set<String> passedEachTime(int underReaders, int rounds) throws Exception {
        points.forget();
        readers = underReaders;
        for (int round = 0; round < rounds; round++) {
            feed.more(RECORDS);
            awaitCaughtUp();
            crash();
        }
        return points.passed().entrySet().stream()
                .filter(site -> site.getValue() >= rounds)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Whether the site was passed often enough for the fault to strike. */
    boolean meet(Fault fault) throws Exception {
        strikes.expect();
        readBy(fault.readers());
        points.arm(fault);
        for (int round = 0; round < 2 * fault.hit() && points.isArmed(); round++) {
            if (round >= fault.hit()) {
                crash(); // for a site that is passed at the start only
            }
            feed.more(RECORDS);
            await(() -> !points.isArmed() || caughtUp(), "to come to " + fault.site());
        }
        boolean struck = !points.isArmed();
        points.disarm();
        if (struck) {
            strikes.awaitDone();
            aftermath(fault.action());
        }
        return struck;
    }

    private void readBy(int next) {
        boolean otherWay = (next == 1) != (readers == 1);
        readers = next;
        if (otherWay) {
            crash();
        }
    }

    /** Lets the subject finish, and holds what it wrote against the truth. */
    Verdict check() throws Exception {
        strikes.lift();
        awaitCaughtUp();
        goOnUntilWritten();
        Checker checker = new Checker(feed.truth(), feed.ends());
        return switch (subject.table()) {
            case Tables.AUDIT -> checker.append(tables.written(Tables.AUDIT), tables.totals(), plans());
            case Tables.SETTLED ->
                checker.settled(tables.written(Tables.HISTORY), tables.byKey(Tables.SETTLED), plans());
            default -> checker.upsert(tables.byKey(Tables.LATEST));
        };
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
        return new Observer(rig, schema, subject.table());
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
            case CRASH, CRASH_BEHIND_COMMIT, KILL -> crash();
            case ZOMBIE -> {
                crash();
                feed.more(RECORDS);
                goOn(Deadline.in(ZOMBIE_SECONDS));
                strikes.releaseZombie();
            }
            case PAUSE -> whilePaused(released());
            case SECOND_DRIVER -> sideBySide(released());
            default -> {}
        }
    }

    private List<Writer> released() {
        return queries.stream()
                .map(RunningQuery::release)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Another writer takes over and goes on for some batches, then the one that was there continues. */
    private void whilePaused(List<Writer> former) throws Exception {
        goOn(Deadline.in(PROCESS_SECONDS));
        feed.more(RECORDS);
        goOn(Deadline.in(PROCESS_SECONDS));
        former.forEach(writer -> writer.signal("CONT"));
        feedWhile(Deadline.in(ZOMBIE_SECONDS), () -> former.stream().anyMatch(Writer::alive));
        former.forEach(Writer::end);
    }

    /** Two drivers on one checkpoint, until one of them has learnt of the other. */
    private void sideBySide(List<Writer> former) throws Exception {
        begin();
        feedWhile(
                Deadline.in(PROCESS_SECONDS),
                () -> former.stream().allMatch(Writer::alive)
                        && queries.stream().map(RunningQuery::writer).allMatch(Trial::lives));
        former.forEach(Writer::end);
    }

    private static boolean lives(@Nullable Writer writer) {
        return writer != null && writer.alive();
    }

    private void feedWhile(Deadline deadline, BooleanSupplier condition) throws InterruptedException {
        while (deadline.open() && condition.getAsBoolean()) {
            feed.more(FEW_RECORDS);
            Deadline.pause(FEED_MILLIS);
        }
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
        await(this::caughtUp, "to catch up");
    }

    private void await(Callable<Boolean> condition, String awaited) throws Exception {
        Deadline deadline = Deadline.in(CATCHES_UP_SECONDS);
        while (!condition.call()) {
            check(deadline, awaited);
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

    /** A directory and what is in it, if there is one. */
    static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }

        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
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
