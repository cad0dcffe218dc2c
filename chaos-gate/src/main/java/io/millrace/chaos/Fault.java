package io.millrace.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a schedule.
 *
 * @param site the fail point, e.g. {@code reply COMMIT} or {@code checkpoint commits named}
 * @param hit at which pass of the site the fault is injected, starting at one
 * @param readers how many tasks read the topic until then; the next fault has another number, so that a batch is rerun
 *     with other task boundaries
 */
record Fault(String site, int hit, FaultAction action, int readers) {
    private static final Pattern LINE = Pattern.compile("(\\w+) at hit (\\d+) of \\[(.+)] under (\\d+) readers");

    static Fault parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("This is not a line of a schedule: \"" + line + "\". Expected: "
                    + new Fault("reply COMMIT", 1, FaultAction.CRASH, 4));
        }
        return new Fault(
                parts.group(3),
                Integer.parseInt(parts.group(2)),
                FaultAction.valueOf(parts.group(1)),
                Integer.parseInt(parts.group(4)));
    }

    @Override
    public String toString() {
        return action + " at hit " + hit + " of [" + site + "] under " + readers + " readers";
    }
}
