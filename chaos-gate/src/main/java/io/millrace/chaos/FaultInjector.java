package io.millrace.chaos;

import io.millrace.chaos.proxy.Conversation;
import io.millrace.chaos.proxy.DaemonThread;
import io.millrace.chaos.proxy.PostgresProxy;
import io.millrace.chaos.proxy.ProxyLink;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Injects faults into a trial, in the thread that has reached the fail point, and counts them. */
final class FaultInjector implements FailPoints.FaultHandler {
    private static final long ZOMBIE_SECONDS = 30;
    private static final long COMMIT_SECONDS = 3;
    /** The server reports the error to the client before it releases the locks. */
    private static final long DEADLOCK_SECONDS = 2;
    /** The client has timed out by then. */
    private static final long KEEPALIVE_MILLIS = 15_000;

    private final Environment environment;
    private final FailPoints points;
    private final PostgresProxy proxy;
    private final DeadlockProvoker provoker;
    private final List<RunningQuery> writers;
    private final Map<FaultAction, Integer> counts = new EnumMap<>(FaultAction.class);
    private volatile CountDownLatch done = new CountDownLatch(0);
    private volatile CountDownLatch zombie = new CountDownLatch(0);
    private volatile @Nullable ProxyLink hole;
    private volatile @Nullable ProxyLink orphan;

    FaultInjector(
            Environment environment,
            FailPoints points,
            PostgresProxy proxy,
            DeadlockProvoker provoker,
            List<RunningQuery> writers) {
        this.environment = environment;
        this.points = points;
        this.proxy = proxy;
        this.provoker = provoker;
        this.writers = writers;
    }

    void prepare() {
        done = new CountDownLatch(1);
    }

    void awaitDone() throws InterruptedException {
        if (!done.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("A fault was started but did not complete.");
        }
    }

    /** Returns how many deadlock errors the server has reported; one deadlock may cause several. */
    int victims() {
        return points.passed(Conversation.DEADLOCK);
    }

    /**
     * Waits for the provoker; returns whether there are more victims than {@code before} and if so counts the deadlock.
     */
    boolean hasDeadlocked(int before) throws InterruptedException {
        provoker.awaitEnd();
        Deadline deadline = Deadline.in(DEADLOCK_SECONDS);
        while (deadline.open() && victims() == before) {
            Deadline.pause();
        }
        boolean deadlocked = victims() > before;
        if (deadlocked) {
            happened(FaultAction.DEADLOCK);
        }
        return deadlocked;
    }

    /** Lets the zombie send its message and waits until its connection is closed. */
    void releaseZombie() throws InterruptedException {
        zombie.countDown();
        ProxyLink link = orphan;
        if (link != null && !link.awaitEnd(ZOMBIE_SECONDS)) {
            throw new IllegalStateException("A zombie was released but did not end.");
        }
    }

    /** Closes the server's side of the last black hole. */
    void closeBlackHole() {
        ProxyLink muted = hole;
        if (muted != null) {
            muted.reset();
        }
    }

    synchronized int count(FaultAction action) {
        return counts.getOrDefault(action, 0);
    }

    @Override
    public void handle(Fault fault, @Nullable ProxyLink link) throws IOException {
        if (fault.action() == FaultAction.ZOMBIE) {
            holdZombie(on(fault, link));
            return;
        }
        if (inject(fault, link)) {
            happened(fault.action());
        }
        done.countDown();
        if (fault.action() == FaultAction.CRASH && link == null) {
            throw new IOException("injected crash at " + fault.site());
        }
    }

    /** Returns whether the fault is complete; some are complete only after their aftermath. */
    private boolean inject(Fault fault, @Nullable ProxyLink link) throws IOException {
        return switch (fault.action()) {
            case CRASH -> crash();
            case CRASH_AFTER_COMMIT -> {
                awaitCommit();
                yield crash();
            }
            case KILL -> any(FaultInjector::end);
            case EXECUTOR_KILL -> any(SubjectWriter::endExecutor);
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
                closeBlackHole();
                swallow(on(fault, link));
                yield true;
            }
            case DATABASE_KILL -> uninterrupted(environment::killDatabase);
            case BROKER_KILL -> uninterrupted(environment::killBroker);
            case DEADLOCK -> {
                provoker.provoke();
                yield false; // counted when the server reports it
            }
            case ZOMBIE -> throw new IllegalStateException("a zombie is held, not injected");
        };
    }

    /**
     * Drops the traffic of a connection and resets it later, as a keep-alive would. Until then a server that waits for
     * the rest of a statement has no time-out and keeps its locks.
     */
    private void swallow(ProxyLink link) {
        link.mute();
        hole = link;
        DaemonThread.start("chaos-keepalive", () -> {
            Deadline.pause(KEEPALIVE_MILLIS);
            link.reset();
        });
    }

    private boolean crash() {
        points.die();
        proxy.down();
        return true;
    }

    private static boolean end(SubjectWriter writer) {
        writer.end();
        return true;
    }

    private static boolean signal(SubjectWriter writer, String name) {
        writer.signal(name);
        return true;
    }

    /** Runs {@code work} to its end even if the thread is interrupted, as Spark does with tasks of a failed batch. */
    static boolean uninterrupted(Runnable work) {
        Thread thread = DaemonThread.start("chaos-fault", work);
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

    /** Applies {@code action} to all running writers; returns whether it returned true for any. */
    private boolean any(Predicate<SubjectWriter> action) {
        return writers.stream()
                        .map(RunningQuery::writer)
                        .filter(Objects::nonNull)
                        .filter(action)
                        .count()
                > 0;
    }

    synchronized void happened(FaultAction action) {
        counts.merge(action, 1, Integer::sum);
    }

    private void holdZombie(ProxyLink link) throws IOException {
        zombie = new CountDownLatch(1);
        points.die();
        orphan = link;
        link.orphan();
        happened(FaultAction.ZOMBIE);
        done.countDown();
        try {
            if (!zombie.await(ZOMBIE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the zombie was not released in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void awaitCommit() throws IOException {
        try {
            points.awaitPass(ChaosCheckpointFiles.COMMITTED, COMMIT_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static ProxyLink on(Fault fault, @Nullable ProxyLink link) {
        if (link == null) {
            throw new IllegalArgumentException(fault + " requires a site on a connection, e.g. \"reply COMMIT\".");
        }
        return link;
    }
}
