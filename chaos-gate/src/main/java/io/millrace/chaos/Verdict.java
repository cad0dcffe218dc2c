package io.millrace.chaos;

import java.util.ArrayList;
import java.util.List;

/** What drifted from the truth, and how; nothing, if all counts are zero. */
record Verdict(long events, long lost, long duplicated, long altered, long partial, List<String> findings) {
    boolean clean() {
        return findings.isEmpty();
    }

    /** Gathers findings; the text of each kind is kept for the first few. */
    static final class Builder {
        private static final int TOLD = 5;
        private final List<String> findings = new ArrayList<>();
        private long lost;
        private long duplicated;
        private long altered;
        private long partial;

        void lost(long events, String what) {
            lost = tell(lost, events, "lost: " + what);
        }

        void duplicated(String what) {
            duplicated = tell(duplicated, 1, "duplicated: " + what);
        }

        void altered(String what) {
            altered = tell(altered, 1, "altered: " + what);
        }

        void partial(String what) {
            partial = tell(partial, 1, "partial: " + what);
        }

        Verdict build(long events) {
            return new Verdict(events, lost, duplicated, altered, partial, List.copyOf(findings));
        }

        private long tell(long count, long more, String what) {
            if (count < TOLD) {
                findings.add(what);
            }
            return count + more;
        }
    }
}
