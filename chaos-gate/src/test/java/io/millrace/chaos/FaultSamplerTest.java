package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultSamplerTest {
    @Test
    void drawsTheGivenCrashesAndTheSameFaultsForTheSameSeed() {
        List<Site> sites = List.of(new Site("reply COMMIT", 1, 4), new Site("checkpoint offsets named", 2, 4));
        List<Fault> faults = new FaultSampler(3, 3).draw(sites, sites, Map.of(FaultAction.RESET, 5));
        assertThat(faults)
                .filteredOn(fault -> fault.action() == FaultAction.CRASH)
                .hasSize(2);
        assertThat(faults)
                .filteredOn(fault -> fault.action() == FaultAction.RESET)
                .hasSize(5)
                .allMatch(fault -> fault.site().equals("reply COMMIT"));
        assertThat(faults).isEqualTo(new FaultSampler(3, 3).draw(sites, sites, Map.of(FaultAction.RESET, 5)));
    }
}
