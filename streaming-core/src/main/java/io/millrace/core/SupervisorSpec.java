package io.millrace.core;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a {@link Supervisor}. Every call returns a copy.
 *
 * @param restarts how many restarts of a query within {@code within} are allowed
 * @param patience how long all queries together have to end their batches
 * @param stuckAfter how long a query may be without progress; empty for any time
 */
record SupervisorSpec(
        List<Pipeline> pipelines,
        int restarts,
        Duration within,
        Duration longestPause,
        boolean endsAll,
        Duration patience,
        Optional<InetSocketAddress> probes,
        Optional<Duration> stuckAfter) {

    static SupervisorSpec of(List<Pipeline> pipelines) {
        return new SupervisorSpec(
                pipelines,
                1_000,
                Duration.ofHours(24),
                Duration.ofMinutes(1),
                false,
                Duration.ofSeconds(25),
                Optional.empty(),
                Optional.empty());
    }

    SupervisorSpec restarts(int atMost, Duration within) {
        return new SupervisorSpec(pipelines, atMost, within, longestPause, endsAll, patience, probes, stuckAfter);
    }

    SupervisorSpec longestPause(Duration longest) {
        return new SupervisorSpec(pipelines, restarts, within, longest, endsAll, patience, probes, stuckAfter);
    }

    SupervisorSpec endingAll() {
        return new SupervisorSpec(pipelines, restarts, within, longestPause, true, patience, probes, stuckAfter);
    }

    SupervisorSpec patience(Duration patience) {
        return new SupervisorSpec(pipelines, restarts, within, longestPause, endsAll, patience, probes, stuckAfter);
    }

    SupervisorSpec probes(InetSocketAddress address) {
        return new SupervisorSpec(
                pipelines, restarts, within, longestPause, endsAll, patience, Optional.of(address), stuckAfter);
    }

    SupervisorSpec stuckAfter(Duration time) {
        return new SupervisorSpec(
                pipelines, restarts, within, longestPause, endsAll, patience, probes, Optional.of(time));
    }
}
