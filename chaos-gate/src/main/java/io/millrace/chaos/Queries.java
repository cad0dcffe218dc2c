package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** The queries of a trial, which share its topic and its proxy, and are begun again where they have ended. */
final class Queries {
    /** So long that only a query that hangs takes longer, even where a process has to begin several times. */
    static final long PATIENCE_SECONDS = 240;

    private final List<RunningQuery> all = new ArrayList<>();
    private final Feed feed;
    private final FailPoints points;
    private final PostgresProxy proxy;
    private int readers = Feed.PARTITIONS;
    private long passesBefore;

    Queries(Feed feed, FailPoints points, PostgresProxy proxy) {
        this.feed = feed;
        this.points = points;
        this.proxy = proxy;
    }

    void add(RunningQuery query) {
        all.add(query);
    }

    /** Those that were added, and those that will be. */
    List<RunningQuery> all() {
        return Collections.unmodifiableList(all);
    }

    /** From the next start on so many tasks read the topic; one alone goes another way than several. */
    void readBy(int next) {
        boolean otherWay = (next == 1) != (readers == 1);
        readers = next;
        if (otherWay) {
            crash();
        }
    }

    void begin() {
        for (RunningQuery query : all) {
            long before = points.passes();
            if (query.beginWhereEnded(readers)) {
                passesBefore = before;
            }
        }
    }

    /** Everything of the writers is gone, but what they have written. */
    void crash() {
        proxy.down();
        all.forEach(RunningQuery::end);
        points.revive();
        proxy.up();
    }

    /** The writers that run; from now on they are the caller's, and the queries are begun anew beside them. */
    List<Writer> release() {
        return all.stream().map(RunningQuery::release).filter(Objects::nonNull).toList();
    }

    boolean allAlive() {
        return all.stream().map(RunningQuery::writer).allMatch(writer -> writer != null && writer.alive());
    }

    /** Returns when whoever has begun last has come as far as the first site: how a JVM starts says nothing of a sink. */
    void awaitAtWork() throws Exception {
        await(() -> caughtUp() || points.passes() > passesBefore, "to begin");
    }

    void awaitCaughtUp() throws Exception {
        await(this::caughtUp, "to catch up");
    }

    void await(Callable<Boolean> condition, String awaited) throws Exception {
        Deadline deadline = Deadline.in(PATIENCE_SECONDS);
        while (!condition.call()) {
            check(deadline, awaited);
            begin();
            Deadline.pause();
        }
    }

    /** Until they have caught up, or may not go on. */
    void goOn(Deadline deadline) throws IOException {
        while (deadline.open() && !caughtUp()) {
            begin();
            Deadline.pause();
        }
    }

    boolean caughtUp() throws IOException {
        Map<Integer, Long> ends = feed.ends();
        for (RunningQuery query : all) {
            if (!query.caughtUp(ends)) {
                return false;
            }
        }
        return true;
    }

    Map<BatchId, BatchPlan> plans() throws IOException {
        Map<BatchId, BatchPlan> plans = new TreeMap<>();
        for (RunningQuery query : all) {
            plans.putAll(query.plans());
        }
        return plans;
    }

    /** How often a query was begun. */
    int begun() {
        return all.stream().mapToInt(RunningQuery::begun).sum();
    }

    /** Copies their checkpoints. */
    void keep(Path directory) throws IOException {
        for (int number = 0; number < all.size(); number++) {
            all.get(number).keep(directory.resolve("checkpoint-" + number));
        }
    }

    private void check(Deadline deadline, String awaited) {
        String failures = all.stream().map(RunningQuery::lastFailure).collect(Collectors.joining());
        deadline.check("the query " + awaited + (failures.isEmpty() ? "" : " (it does not begin: " + failures + ")"));
    }
}
