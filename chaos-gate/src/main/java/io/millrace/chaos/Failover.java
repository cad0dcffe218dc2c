package io.millrace.chaos;

import java.util.List;
import java.util.function.BooleanSupplier;

/** What follows a fault that leaves the first writer in the world: another one takes its place, or works beside it. */
final class Failover {
    /** What is read meanwhile, little by little. */
    private static final int FEW_RECORDS = 2;

    private static final long FEED_MILLIS = 100;
    private static final long ZOMBIE_SECONDS = 2;
    /** The one that has taken over may have to wait for locks of the one that is stopped. */
    private static final long BLOCKED_SECONDS = 20;

    private final Queries queries;
    private final Feed feed;
    private final FailPoints points;
    private final FaultInjector strikes;

    Failover(Queries queries, Feed feed, FailPoints points, FaultInjector strikes) {
        this.queries = queries;
        this.feed = feed;
        this.points = points;
        this.strikes = strikes;
    }

    /** Another writer goes on, then the message that was held goes out. */
    void fromZombie() throws Exception {
        queries.crash();
        feed.more(Trial.RECORDS);
        queries.goOn(Deadline.in(ZOMBIE_SECONDS));
        strikes.releaseZombie();
    }

    /** Another process goes on for some batches, then the one that was stopped continues. */
    void fromPaused() throws Exception {
        List<Writer> former = queries.release();
        if (awaitConnection()) {
            queries.goOn(Deadline.in(BLOCKED_SECONDS));
            feed.more(Trial.RECORDS);
            queries.goOn(Deadline.in(BLOCKED_SECONDS));
            former.forEach(writer -> writer.signal("CONT"));
            feedWhile(Deadline.in(ZOMBIE_SECONDS), () -> former.stream().anyMatch(Writer::alive));
            strikes.happened(Action.PAUSE);
        }
        former.forEach(Writer::end);
    }

    /** Two drivers on one checkpoint, until one of them has learnt of the other. */
    void sideBySide() throws Exception {
        List<Writer> former = queries.release();
        queries.begin();
        BooleanSupplier both = () -> former.stream().allMatch(Writer::alive) && queries.allAlive();
        feedWhile(Deadline.in(Queries.PATIENCE_SECONDS), both);
        if (!both.getAsBoolean()) {
            strikes.happened(Action.SECOND_DRIVER);
        }
        former.forEach(Writer::end);
    }

    /** Whether the writer that has begun comes as far as the database; the one that is stopped opens no connection. */
    private boolean awaitConnection() {
        int before = points.passed(ProxyLink.CONNECT);
        Deadline deadline = Deadline.in(Queries.PATIENCE_SECONDS);
        while (deadline.open() && points.passed(ProxyLink.CONNECT) == before) {
            queries.begin();
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
