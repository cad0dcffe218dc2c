package io.millrace.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a schedule.
 *
 * @param site the fail point, such as {@code reply COMMIT} or {@code checkpoint commits renamed}
 * @param hit how often the site is passed before the fault is due, from one
 * @param readers how many tasks read the topic until the fault strikes; the next one's are others, so that a batch comes
 *     again in other parts
 */
record Fault(String site, int hit, Action action, int readers) {
    private static final Pattern LINE = Pattern.compile("(\\w+) at hit (\\d+) of \\[(.+)] under (\\d+) readers");

    static Fault parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("This is no line of a schedule: \"" + line + "\". Expected: "
                    + new Fault("reply COMMIT", 1, Action.CRASH, 4));
        }
        return new Fault(
                parts.group(3),
                Integer.parseInt(parts.group(2)),
                Action.valueOf(parts.group(1)),
                Integer.parseInt(parts.group(4)));
    }

    @Override
    public String toString() {
        return action + " at hit " + hit + " of [" + site + "] under " + readers + " readers";
    }
}
