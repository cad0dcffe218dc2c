package io.millrace.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A driver process with executors that runs until the end while its query is stopped and restarted, so that leaks add
 * up.
 */
final class LongRunningCluster implements Hosting, SubjectWriter.Launcher {
    private final Environment environment;
    private @Nullable Job job;
    private volatile @Nullable DriverProcess child;
    private final AtomicInteger drivers = new AtomicInteger();

    LongRunningCluster(Environment environment) {
        this.environment = environment;
        LocalCluster.prepare(environment.directory(), environment.archive().jars());
    }

    @Override
    public SubjectWriter.Launcher launcher(Job ofTrial) {
        job = ofTrial;
        return this;
    }

    @Override
    public SubjectWriter launch(int readers) {
        DriverProcess known = child;
        DriverProcess now = known != null && known.alive() ? known : start();
        now.send(LongRunningDriver.START + readers);
        return new SubjectWriter() {
            @Override
            public boolean alive() {
                return now.alive();
            }

            @Override
            public void end() {
                now.send(LongRunningDriver.STOP);
                now.awaitReply();
            }
        };
    }

    /** Returns the threads and file descriptors of the driver and its executors. */
    Usage usage(long connections) throws IOException {
        DriverProcess known = child;
        return Usage.of(known == null ? List.of() : known.family(), connections);
    }

    /** Collects the garbage of all its JVMs. */
    void collectGarbage() {
        DriverProcess known = child;
        if (known != null) {
            known.collectGarbage();
        }
    }

    /** Returns how many drivers were started: one, unless a driver has ended by itself. */
    int drivers() {
        return drivers.get();
    }

    @Override
    public void close() {
        DriverProcess known = child;
        if (known != null) {
            known.end();
        }
    }

    private DriverProcess start() {
        Job known = job;
        if (known == null) {
            throw new IllegalStateException("launcher(Job) was not called");
        }
        try {
            drivers.incrementAndGet();
            DriverProcess next = DriverProcess.longRunning(
                    known, LocalCluster.MASTER, environment.archive(), environment.directory());
            child = next;
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a driver", e);
        }
    }
}
