package io.millrace.benchmarks;

import java.util.List;

/**
 * What Spark alone and what Millrace does with a changed job.
 *
 * @param spark works, fails, or is wrong: its rows are not those of a new start
 * @param millrace starts, starts with a note, or refuses
 * @param warns whether a note says that rows differ
 * @param details of a disagreement
 */
record GuardVerdict(String spark, String millrace, boolean warns, List<String> details) {
    /** Whether Millrace refuses what fails, reports what is wrong, and lets pass what works. */
    boolean agrees() {
        return switch (spark) {
            case "fails" -> millrace.equals("refuses");
            case "is wrong" -> millrace.equals("refuses") || warns;
            default -> !millrace.equals("refuses") && !warns;
        };
    }
}
