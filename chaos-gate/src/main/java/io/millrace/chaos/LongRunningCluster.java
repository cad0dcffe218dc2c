package io.millrace.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A driver with executors, all processes of their own, that live through a whole run while their query ends and begins
 * again: what it leaves behind adds up.
 */
final class LongRunningCluster implements Hosting, Writer.Launcher {
    private final Environment rig;
    private @Nullable Job job;
    private volatile @Nullable Child child;
    private final AtomicInteger drivers = new AtomicInteger();

    LongRunningCluster(Environment rig) {
        this.rig = rig;
    }

    @Override
    public Writer.Launcher launcher(Job ofTrial) {
        job = ofTrial;
        return this;
    }

    @Override
    public Writer launch(int readers) {
        Child known = child;
        Child now = known != null && known.alive() ? known : begin();
        now.order(LongRunningDriver.WORK + readers);
        return new Writer() {
            @Override
            public boolean alive() {
                return now.alive();
            }

            @Override
            public void end() {
                now.order(LongRunningDriver.REST);
                now.awaitAnswer();
            }
        };
    }

    /** Threads and file descriptors of the driver and its executors. */
    Usage usage(long connections) throws IOException {
        Child known = child;
        return Usage.of(known == null ? List.of() : known.family(), connections);
    }

    /** Has them let go what only their collectors hold. */
    void collectGarbage() {
        Child known = child;
        if (known != null) {
            known.collectGarbage();
        }
    }

    /** How many drivers there have been; one, as long as none has ended by itself. */
    int drivers() {
        return drivers.get();
    }

    @Override
    public void close() {
        Child known = child;
        if (known != null) {
            known.end();
        }
    }

    private Child begin() {
        Job known = job;
        if (known == null) {
            throw new IllegalStateException("no job");
        }
        try {
            drivers.incrementAndGet();
            Child next = Child.resident(known, LocalCluster.MASTER, rig.image(), rig.directory());
            child = next;
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a driver", e);
        }
    }
}
