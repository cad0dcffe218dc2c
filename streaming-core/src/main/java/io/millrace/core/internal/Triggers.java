package io.millrace.core.internal;

import io.millrace.core.internal.spark.RealTimeMode;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.execution.streaming.AvailableNowTrigger$;
import org.apache.spark.sql.execution.streaming.ContinuousTrigger;
import org.apache.spark.sql.execution.streaming.OneTimeTrigger$;
import org.apache.spark.sql.execution.streaming.ProcessingTimeTrigger;
import org.apache.spark.sql.streaming.Trigger;

/** The kinds of triggers, which Spark does not publish. */
public final class Triggers {
    private Triggers() {}

    public static boolean isContinuous(Trigger trigger) {
        return trigger instanceof ContinuousTrigger;
    }

    public static boolean isOnce(Trigger trigger) {
        return trigger.equals(OneTimeTrigger$.MODULE$);
    }

    /** Whether a query with it ends when it has read what there is. */
    public static boolean endsByItself(Trigger trigger) {
        return isOnce(trigger) || isAvailableNow(trigger);
    }

    public static boolean isAvailableNow(Trigger trigger) {
        return trigger.equals(AvailableNowTrigger$.MODULE$);
    }

    public static boolean isRealTime(Trigger trigger) {
        return RealTimeMode.batchOf(trigger).isPresent();
    }

    /** The time that the pipeline's own call gave; empty for a trigger without one. */
    public static Optional<Duration> interval(Trigger trigger) {
        if (trigger instanceof ProcessingTimeTrigger processingTime) {
            return Optional.of(Duration.ofMillis(processingTime.intervalMs()));
        }
        if (trigger instanceof ContinuousTrigger continuous) {
            return Optional.of(Duration.ofMillis(continuous.intervalMs()));
        }
        return RealTimeMode.batchOf(trigger);
    }

    /** The trigger as the pipeline's own call has it, such as {@code every(PT10S)}. */
    public static String describe(Trigger trigger) {
        Optional<Duration> interval = interval(trigger);
        if (interval.isPresent()) {
            String call = isContinuous(trigger) ? "continuous" : isRealTime(trigger) ? "realTime" : "every";
            return call + "(" + interval.get() + ")";
        }
        if (isAvailableNow(trigger)) {
            return "availableNow()";
        }
        return isOnce(trigger) ? "once()" : trigger.toString();
    }
}
