package io.millrace.benchmarks;

import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transform;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A job before or after a change; its parts are made for a {@link GuardLab}.
 *
 * @param settings of the session
 */
record GuardedJob(
        String name,
        Function<GuardLab, Source> source,
        Function<GuardLab, Transform> step,
        Function<GuardLab, Sink> sink,
        OutputMode mode,
        Trigger trigger,
        Map<String, String> settings) {
    static GuardedJob of(OutputMode mode, Transform step) {
        return new GuardedJob(
                "guarded",
                lab -> lab.files("hits"),
                lab -> step,
                GuardLab::recorder,
                mode,
                Trigger.AvailableNow(),
                Map.of());
    }

    GuardedJob named(String other) {
        return new GuardedJob(other, source, step, sink, mode, trigger, settings);
    }

    GuardedJob from(Function<GuardLab, Source> other) {
        return new GuardedJob(name, other, step, sink, mode, trigger, settings);
    }

    GuardedJob via(Function<GuardLab, Transform> other) {
        return new GuardedJob(name, source, other, sink, mode, trigger, settings);
    }

    GuardedJob to(Function<GuardLab, Sink> other) {
        return new GuardedJob(name, source, step, other, mode, trigger, settings);
    }

    GuardedJob on(Trigger other) {
        return new GuardedJob(name, source, step, sink, mode, other, settings);
    }

    GuardedJob with(String key, String value) {
        return new GuardedJob(name, source, step, sink, mode, trigger, Map.of(key, value));
    }
}
