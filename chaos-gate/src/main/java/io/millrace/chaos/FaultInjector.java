package io.millrace.chaos;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does to a trial what its faults say, in the thread that has come to the fail point, and counts. */
final class FaultInjector implements FailPoints.Striker {
    private static final long ZOMBIE_SECONDS = 30;
    private static final long COMMIT_SECONDS = 3;
    /** The server tells its client before it lets the locks go. */
    private static final long DEADLOCK_SECONDS = 2;
    /** The client has given up by then. */
    private static final long KEEPALIVE_MILLIS = 15_000;

    private final Environment rig;
    private final FailPoints points;
    private final PostgresProxy proxy;
    private final DeadlockProvoker rival;
    private final List<RunningQuery> writers;
    private final Map<Action, Integer> counts = new EnumMap<>(Action.class);
    private volatile CountDownLatch done = new CountDownLatch(0);
    private volatile CountDownLatch zombie = new CountDownLatch(0);
    private volatile @Nullable ProxyLink hole;
    private volatile @Nullable ProxyLink orphan;

    FaultInjector(
            Environment rig,
            FailPoints points,
            PostgresProxy proxy,
            DeadlockProvoker rival,
            List<RunningQuery> writers) {
        this.rig = rig;
        this.points = points;
        this.proxy = proxy;
        this.rival = rival;
        this.writers = writers;
    }

    void expect() {
        done = new CountDownLatch(1);
    }

    void awaitDone() throws InterruptedException {
        if (!done.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("A fault has begun and does not end.");
        }
    }

    /** How many clients have given in to a deadlock, says the server; several may in one. */
    int victims() {
        return points.passed(Conversation.DEADLOCK);
    }

    /** Whether there are more victims than {@code before}, now that the rival is through; then its deadlock counts. */
    boolean hasDeadlocked(int before) throws InterruptedException {
        rival.awaitEnd();
        Deadline deadline = Deadline.in(DEADLOCK_SECONDS);
        while (deadline.open() && victims() == before) {
            Deadline.pause();
        }
        boolean deadlocked = victims() > before;
        if (deadlocked) {
            happened(Action.DEADLOCK);
        }
        return deadlocked;
    }

    /** Lets the zombie do what it was about to do, and returns when it has. */
    void releaseZombie() throws InterruptedException {
        zombie.countDown();
        ProxyLink link = orphan;
        if (link != null && !link.awaitEnd(ZOMBIE_SECONDS)) {
            throw new IllegalStateException("A zombie was released and does not end.");
        }
    }

    /** Ends what a black hole has left open on the server's side. */
    void lift() {
        ProxyLink muted = hole;
        if (muted != null) {
            muted.reset();
        }
    }

    synchronized int count(Action action) {
        return counts.getOrDefault(action, 0);
    }

    @Override
    public void strike(Fault fault, @Nullable ProxyLink link) throws IOException {
        if (fault.action() == Action.ZOMBIE) {
            hold(on(fault, link));
            return;
        }
        if (struck(fault, link)) {
            happened(fault.action());
        }
        done.countDown();
        if (fault.action() == Action.CRASH && link == null) {
            throw new IOException("crashed on purpose at " + fault.site());
        }
    }

    /** Whether the fault has been dealt with here; some are over only when their aftermath is. */
    private boolean struck(Fault fault, @Nullable ProxyLink link) throws IOException {
        return switch (fault.action()) {
            case CRASH -> crash();
            case CRASH_BEHIND_COMMIT -> {
                awaitCommit();
                yield crash();
            }
            case KILL -> any(FaultInjector::end);
            case EXECUTOR_KILL -> any(Writer::endExecutor);
            case TERMINATE -> any(writer -> signal(writer, "TERM"));
            case PAUSE -> {
                any(writer -> signal(writer, "STOP"));
                yield false;
            }
            case SECOND_DRIVER -> false;
            case RESET, LOST_REPLY -> {
                on(fault, link).reset();
                yield true;
            }
            case BLACK_HOLE -> {
                lift();
                swallow(on(fault, link));
                yield true;
            }
            case DATABASE_KILL -> undisturbed(rig::killDatabase);
            case BROKER_KILL -> undisturbed(rig::killBroker);
            case DEADLOCK -> {
                rival.provoke();
                yield false; // it counts when the server says that it has come about
            }
            case ZOMBIE -> throw new IllegalStateException("a zombie is held, not struck");
        };
    }

    /**
     * A server whose client is gone between two messages of one statement waits for the rest without any time-out, and
     * holds its locks, until its keep-alive tells.
     */
    private void swallow(ProxyLink link) {
        link.mute();
        hole = link;
        ProxyLink.daemon("chaos-keepalive", () -> {
            Deadline.pause(KEEPALIVE_MILLIS);
            link.reset();
        });
    }

    private boolean crash() {
        points.die();
        proxy.down();
        return true;
    }

    private static boolean end(Writer writer) {
        writer.end();
        return true;
    }

    private static boolean signal(Writer writer, String name) {
        writer.signal(name);
        return true;
    }

    /** Spark interrupts the tasks of a batch that has failed, and one of them may be killing a server just now. */
    static boolean undisturbed(Runnable work) {
        Thread thread = ProxyLink.daemon("chaos-strike", work);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** Whether it does it to any of the writers that there are; to all of them. */
    private boolean any(Predicate<Writer> does) {
        return writers.stream()
                        .map(RunningQuery::writer)
                        .filter(Objects::nonNull)
                        .filter(does)
                        .count()
                > 0;
    }

    synchronized void happened(Action action) {
        counts.merge(action, 1, Integer::sum);
    }

    private void hold(ProxyLink link) throws IOException {
        zombie = new CountDownLatch(1);
        points.die();
        orphan = link;
        link.orphan();
        happened(Action.ZOMBIE);
        done.countDown();
        try {
            if (!zombie.await(ZOMBIE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("nobody has released the zombie");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void awaitCommit() throws IOException {
        try {
            points.awaitPass("checkpoint commits named", COMMIT_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static ProxyLink on(Fault fault, @Nullable ProxyLink link) {
        if (link == null) {
            throw new IllegalArgumentException(fault + " needs a site on a connection, such as \"reply COMMIT\".");
        }
        return link;
    }
}
