package io.millrace.chaos.checker;

import java.util.ArrayList;
import java.util.List;

/** The differences between a table and the expected events, by kind. */
public record Verdict(long events, long lost, long duplicated, long altered, long partial, List<String> findings) {
    public boolean clean() {
        return findings.isEmpty();
    }

    /** Collects findings; keeps the text of the first few of each kind. */
    public static final class Builder {
        private static final int MAX_FINDINGS = 5;
        private final List<String> findings = new ArrayList<>();
        private long lost;
        private long duplicated;
        private long altered;
        private long partial;

        void lost(long events, String what) {
            lost = add(lost, events, "lost: " + what);
        }

        void duplicated(String what) {
            duplicated = add(duplicated, 1, "duplicated: " + what);
        }

        void altered(String what) {
            altered = add(altered, 1, "altered: " + what);
        }

        void partial(String what) {
            partial = add(partial, 1, "partial: " + what);
        }

        public Verdict build(long events) {
            return new Verdict(events, lost, duplicated, altered, partial, List.copyOf(findings));
        }

        private long add(long count, long more, String what) {
            if (count < MAX_FINDINGS) {
                findings.add(what);
            }
            return count + more;
        }
    }
}
