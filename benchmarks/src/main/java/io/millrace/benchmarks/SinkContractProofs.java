package io.millrace.benchmarks;

import io.millrace.testkit.SinkContract;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.opentest4j.AssertionFailedError;

/** Runs {@link SinkContract} on sinks that are broken on purpose, which it must catch, and on sound ones. */
final class SinkContractProofs {
    private static final String PLAIN = "everyRowArrives";

    private SinkContractProofs() {}

    /**
     * The outcome for one sink.
     *
     * @param failures the first line of each failure about its promise, by test
     * @param errors that of each other failure, which catches no fault
     */
    record Verdict(PlantedSink sink, Map<String, String> failures, Map<String, String> errors, double seconds) {
        /** A sink that does not even write rows proves nothing. */
        boolean isCaught() {
            return !sink.isSound() && !failures.isEmpty() && isPlausible();
        }

        boolean isPlausible() {
            return !failures.containsKey(PLAIN) && !errors.containsKey(PLAIN);
        }

        boolean isAccused() {
            return sink.isSound() && !(failures.isEmpty() && errors.isEmpty());
        }

        boolean isWrong() {
            return sink.isSound() ? isAccused() : !isCaught();
        }

        /** The sink with the number of tests that caught it, and one of them. */
        String text() {
            Map<String, String> shown = failures.isEmpty() ? errors : failures;
            String first = shown.entrySet().stream()
                    .findFirst()
                    .map(failure -> ": " + failure.getKey() + ": " + failure.getValue())
                    .orElse("");
            return String.format(
                    Locale.ROOT,
                    "%s%s, %s: %d failures, %d other errors, %.1f s%s",
                    isWrong() ? "WRONG: " : "",
                    sink.fault(),
                    sink.place(),
                    failures.size(),
                    errors.size(),
                    seconds,
                    first);
        }
    }

    /** All outcomes. */
    record Report(List<Verdict> verdicts) {
        long planted() {
            return verdicts.stream()
                    .filter(verdict -> !verdict.sink().isSound())
                    .count();
        }

        long caught() {
            return verdicts.stream().filter(Verdict::isCaught).count();
        }

        long sound() {
            return verdicts.size() - planted();
        }

        long accused() {
            return verdicts.stream().filter(Verdict::isAccused).count();
        }

        /** The median, shortest and longest time of a contract, in seconds. */
        String seconds() {
            List<Double> sorted =
                    verdicts.stream().map(Verdict::seconds).sorted().toList();
            return String.format(
                    Locale.ROOT,
                    "%.1f (%.1f - %.1f)",
                    sorted.get(sorted.size() / 2),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1));
        }

        /** The result. */
        String line() {
            return "SinkContract: planted=" + planted() + " caught=" + caught() + " sound=" + sound() + " accused="
                    + accused();
        }
    }

    /** Runs the contract of every sink, one after the other, and prints each outcome. */
    static Report run(Scale scale) {
        Launcher launcher = LauncherFactory.create();
        List<Verdict> verdicts = new ArrayList<>();
        for (PlantedSink sink : sinks(scale)) {
            Verdict verdict = run(launcher, sink);
            verdicts.add(verdict);
            System.out.println(verdict.text());
        }
        Report report = new Report(verdicts);
        System.out.println("Seconds of a contract, median (min - max): " + report.seconds());
        return report;
    }

    /** All, or one of each kind that needs no database. */
    private static List<PlantedSink> sinks(Scale scale) {
        List<PlantedSink> all = PlantedSinkContract.all();
        return scale == Scale.FULL
                ? all
                : Stream.of(true, false)
                        .flatMap(sound -> all.stream()
                                .filter(sink -> sink.isInMemory() && sink.isSound() == sound)
                                .limit(1))
                        .toList();
    }

    private static Verdict run(Launcher launcher, PlantedSink sink) {
        PlantedSinkContract.choose(sink);
        Outcomes outcomes = new Outcomes();
        long start = System.nanoTime();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectClass(PlantedSinkContract.class))
                        .build(),
                outcomes);
        return new Verdict(sink, outcomes.failures, outcomes.errors, (System.nanoTime() - start) / 1e9);
    }

    /** Collects the failures of one contract. */
    private static final class Outcomes implements TestExecutionListener {
        private final Map<String, String> failures = new LinkedHashMap<>();
        private final Map<String, String> errors = new LinkedHashMap<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                return;
            }
            Throwable thrown = result.getThrowable().orElse(null);
            String name = test.getDisplayName().replace("()", "").replaceAll("\\(.*", "");
            String message = String.valueOf(thrown).lines().findFirst().orElse("");
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                if (!message.contains("deletes were not tried")) {
                    System.out.println("  not tried: " + name + ": " + message);
                }
            } else if (thrown instanceof AssertionFailedError) {
                failures.put(
                        name,
                        String.valueOf(thrown.getMessage()).lines().findFirst().orElse(""));
            } else {
                errors.put(name, message);
            }
        }
    }
}
