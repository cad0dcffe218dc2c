package io.millrace.chaos;

import io.millrace.chaos.checker.BatchId;
import io.millrace.chaos.checker.BatchPlan;
import io.millrace.chaos.proxy.PostgresProxy;
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

/** The queries of a trial, which share its topic and its proxy and are restarted when they have ended. */
final class Queries {
    /** Only a query that hangs takes longer, even if its process has to be restarted several times. */
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

    /** Returns a live view of the queries. */
    List<RunningQuery> all() {
        return Collections.unmodifiableList(all);
    }

    /**
     * Sets how many tasks read the topic from the next start on; restarts if the plan changes between one and several.
     */
    void readBy(int next) {
        boolean restart = (next == 1) != (readers == 1);
        readers = next;
        if (restart) {
            crash();
        }
    }

    void start() {
        for (RunningQuery query : all) {
            long before = points.passes();
            if (query.startIfEnded(readers)) {
                passesBefore = before;
            }
        }
    }

    /** Cuts all connections and stops the writers, then lets new ones connect. */
    void crash() {
        proxy.down();
        all.forEach(RunningQuery::end);
        points.revive();
        proxy.up();
    }

    /** Hands the running writers over to the caller; the next start creates new ones. */
    List<SubjectWriter> release() {
        return all.stream().map(RunningQuery::release).filter(Objects::nonNull).toList();
    }

    boolean allAlive() {
        return all.stream().map(RunningQuery::writer).allMatch(writer -> writer != null && writer.alive());
    }

    /** Waits until the last writer that was started has passed its first site, to exclude the start of its JVM. */
    void awaitAtWork() throws Exception {
        await(() -> caughtUp() || points.passes() > passesBefore, "to start");
    }

    void awaitCaughtUp() throws Exception {
        await(this::caughtUp, "to catch up");
    }

    void await(Callable<Boolean> condition, String awaited) throws Exception {
        Deadline deadline = Deadline.in(PATIENCE_SECONDS);
        while (!condition.call()) {
            check(deadline, awaited);
            start();
            Deadline.pause();
        }
    }

    /** Keeps the queries running until they have caught up or the time is over. */
    void runUntil(Deadline deadline) throws IOException {
        while (deadline.open() && !caughtUp()) {
            start();
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

    /** Returns how many times queries were started. */
    int starts() {
        return all.stream().mapToInt(RunningQuery::starts).sum();
    }

    /** Copies the checkpoints. */
    void keep(Path directory) throws IOException {
        for (int number = 0; number < all.size(); number++) {
            all.get(number).keep(directory.resolve("checkpoint-" + number));
        }
    }

    private void check(Deadline deadline, String awaited) {
        String failures = all.stream().map(RunningQuery::lastFailure).collect(Collectors.joining());
        deadline.check("the query " + awaited + (failures.isEmpty() ? "" : " (it does not start: " + failures + ")"));
    }
}
