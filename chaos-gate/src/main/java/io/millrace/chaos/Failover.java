package io.millrace.chaos;

import io.millrace.chaos.proxy.ProxyLink;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The steps after a fault that the first writer survives: another writer replaces it or runs concurrently. */
final class Failover {
    /** Records per partition that are fed at a time meanwhile. */
    private static final int FEW_RECORDS = 2;

    private static final long FEED_MILLIS = 100;
    private static final long ZOMBIE_SECONDS = 2;
    /** The new writer may have to wait for locks of the suspended one. */
    private static final long BLOCKED_SECONDS = 20;

    private final Queries queries;
    private final Feed feed;
    private final FailPoints points;
    private final FaultInjector injector;

    Failover(Queries queries, Feed feed, FailPoints points, FaultInjector injector) {
        this.queries = queries;
        this.feed = feed;
        this.points = points;
        this.injector = injector;
    }

    /** Lets another writer continue, then sends the held message. */
    void fromZombie() throws Exception {
        queries.crash();
        feed.more(Trial.RECORDS);
        queries.runUntil(Deadline.in(ZOMBIE_SECONDS));
        injector.releaseZombie();
    }

    /** Lets another process continue for some batches, then resumes the suspended one. */
    void fromPaused() throws Exception {
        List<SubjectWriter> former = queries.release();
        if (awaitConnection()) {
            queries.runUntil(Deadline.in(BLOCKED_SECONDS));
            feed.more(Trial.RECORDS);
            queries.runUntil(Deadline.in(BLOCKED_SECONDS));
            former.forEach(writer -> writer.signal("CONT"));
            feedWhile(Deadline.in(ZOMBIE_SECONDS), () -> former.stream().anyMatch(SubjectWriter::alive));
            injector.happened(FaultAction.PAUSE);
        }
        former.forEach(SubjectWriter::end);
    }

    /** Runs two drivers on one checkpoint until one of them fails. */
    void concurrentDrivers() throws Exception {
        List<SubjectWriter> former = queries.release();
        queries.start();
        BooleanSupplier both = () -> former.stream().allMatch(SubjectWriter::alive) && queries.allAlive();
        feedWhile(Deadline.in(Queries.PATIENCE_SECONDS), both);
        if (!both.getAsBoolean()) {
            injector.happened(FaultAction.SECOND_DRIVER);
        }
        former.forEach(SubjectWriter::end);
    }

    /** Returns whether the new writer connects to the database; a suspended one opens no connections. */
    private boolean awaitConnection() {
        int before = points.passed(ProxyLink.CONNECT);
        Deadline deadline = Deadline.in(Queries.PATIENCE_SECONDS);
        while (deadline.open() && points.passed(ProxyLink.CONNECT) == before) {
            queries.start();
            Deadline.pause();
        }
        return points.passed(ProxyLink.CONNECT) > before;
    }

    private void feedWhile(Deadline deadline, BooleanSupplier condition) throws InterruptedException {
        while (deadline.open() && condition.getAsBoolean()) {
            feed.more(FEW_RECORDS);
            Deadline.pause(FEED_MILLIS);
        }
    }
}
