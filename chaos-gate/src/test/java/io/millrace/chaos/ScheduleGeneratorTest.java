package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleGeneratorTest {
    private static final Map<Guarantee, List<Site>> SITES = Map.of(
            Guarantee.APPEND_EXACTLY_ONCE, sites("audit"),
            Guarantee.UPSERT_EXACTLY_ONCE, sites("settled"),
            Guarantee.UPSERT, sites("latest"));

    @Test
    void twentyMinutesGetTheDueFaultsAndATenthMore() {
        Map<FaultAction, Long> generated =
                generated(20).stream().collect(Collectors.groupingBy(Fault::action, Collectors.counting()));
        assertThat(generated)
                .containsEntry(FaultAction.DATABASE_KILL, 44L)
                .containsEntry(FaultAction.LOST_REPLY, 110L)
                .containsEntry(FaultAction.BROKER_KILL, 7L)
                .containsEntry(FaultAction.KILL, 66L)
                .containsEntry(FaultAction.TERMINATE, 11L)
                .containsEntry(FaultAction.EXECUTOR_KILL, 22L);
    }

    @Test
    void lessTimeGetsFewerFaultsAndAtLeastOneOfEach() {
        Map<FaultAction, Long> generated =
                generated(2).stream().collect(Collectors.groupingBy(Fault::action, Collectors.counting()));
        assertThat(generated).containsEntry(FaultAction.LOST_REPLY, 12L).containsEntry(FaultAction.BROKER_KILL, 1L);
    }

    @Test
    void windowOfAllGuaranteesGetsManyCrashes() {
        assertThat(crashes(20).get("checkpoint commits named")).isGreaterThanOrEqualTo(CrashPlan.OFTEN);
        assertThat(crashes(20).get("request SELECT pg_class")).isLessThan(CrashPlan.OFTEN);
    }

    @Test
    void windowsComeFirstSoThatOtherSitesAreSkippedWhenTimeIsShort() {
        List<Fault> faults = new ScheduleGenerator(5, SITES, 20)
                .generate(Layer.JVM, Guarantee.UPSERT, 2)
                .faults();
        int lastDue = faults.stream().map(Fault::action).toList().lastIndexOf(FaultAction.RESET);
        assertThat(faults.subList(0, lastDue))
                .filteredOn(fault -> fault.action() == FaultAction.CRASH)
                .extracting(Fault::site)
                .doesNotContain("request SELECT pg_class");
    }

    @Test
    void allSitesGetACrash() {
        assertThat(crashes(20).keySet())
                .containsAll(SITES.values().stream()
                        .flatMap(List::stream)
                        .map(Site::name)
                        .toList());
    }

    @Test
    void sameSeedGeneratesTheSameFaults() {
        assertThat(generated(20)).isEqualTo(generated(20));
    }

    private static Map<String, Long> crashes(double minutes) {
        return generated(minutes).stream()
                .filter(fault -> fault.action() == FaultAction.CRASH)
                .map(Fault::site)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static List<Fault> generated(double minutes) {
        ScheduleGenerator generator = new ScheduleGenerator(5, SITES, minutes);
        List<Fault> generated = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            List<Guarantee> guarantees = layer.guarantees();
            IntStream.range(0, guarantees.size() * layer.trialsPerGuarantee())
                    .mapToObj(trial -> generator.generate(layer, guarantees.get(trial % guarantees.size()), trial))
                    .forEach(schedule -> generated.addAll(schedule.faults()));
        }
        return generated;
    }

    private static List<Site> sites(String table) {
        return Stream.of(
                        "checkpoint commits named",
                        "request SELECT pg_class",
                        "request INSERT " + table,
                        "request COPY " + table,
                        "reply COMMIT after INSERT " + table)
                .map(name -> new Site(name, 1, 4))
                .toList();
    }
}
