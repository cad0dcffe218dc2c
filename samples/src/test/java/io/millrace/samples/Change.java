package io.millrace.samples;

import io.millrace.core.Pipeline;
import io.millrace.core.Transform;
import io.millrace.testkit.StreamKit;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.streaming.OutputMode;

/** A change of a job, the rows that the changed job writes, and who notices that they are wrong. */
record Change(
        String name,
        String noticedBy,
        UnaryOperator<Pipeline> before,
        UnaryOperator<Pipeline> after,
        List<String> rows) {
    static Change of(String name, String noticedBy) {
        return new Change(name, noticedBy, base -> base, base -> base, List.of());
    }

    Change from(OutputMode mode, Transform step) {
        return new Change(name, noticedBy, base -> base.via(step).outputMode(mode), after, rows);
    }

    Change to(OutputMode mode, Transform step) {
        return new Change(name, noticedBy, before, base -> base.via(step).outputMode(mode), rows);
    }

    Change writes(String... lines) {
        return new Change(name, noticedBy, before, after, List.of(lines));
    }

    /** Returns who refuses the start, of what the guide says about a change. */
    static String noticing(String noticedBy, StreamKit kit) {
        if (noticedBy.startsWith("Millrace,") || noticedBy.equals("works")) {
            return "nobody";
        }
        String[] lines = noticedBy.split("; on Spark 4, ", 2);
        return lines[kit.spark().version().startsWith("4.") ? lines.length - 1 : 0];
    }

    @Override
    public String toString() {
        return name;
    }
}
