package io.millrace.sinks.jdbc;

import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import java.util.ArrayList;
import java.util.List;

/** Collects problems to report them all at once. */
final class Problems {
    private final List<Problem> all = new ArrayList<>();

    void add(String field, Object value, String reason, String hint) {
        all.add(new Problem(field, value.toString(), reason, hint));
    }

    void add(Problem problem) {
        all.add(problem);
    }

    List<Problem> all() {
        return List.copyOf(all);
    }

    /** Throws if there are problems, with all of them. */
    void refuse(String subject) {
        if (!all.isEmpty()) {
            throw new ValidationException(subject, all);
        }
    }
}
