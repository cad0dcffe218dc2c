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

    public static boolean isRealTime(Trigger trigger) {
        return RealTimeMode.batchOf(trigger).isPresent();
    }

    /** The trigger as the pipeline's own call has it, such as {@code every(PT10S)}. */
    public static String describe(Trigger trigger) {
        if (trigger instanceof ProcessingTimeTrigger processingTime) {
            return "every(" + Duration.ofMillis(processingTime.intervalMs()) + ")";
        }
        if (trigger instanceof ContinuousTrigger continuous) {
            return "continuous(" + Duration.ofMillis(continuous.intervalMs()) + ")";
        }
        Optional<Duration> batch = RealTimeMode.batchOf(trigger);
        if (batch.isPresent()) {
            return "realTime(" + batch.get() + ")";
        }
        if (trigger.equals(AvailableNowTrigger$.MODULE$)) {
            return "availableNow()";
        }
        return isOnce(trigger) ? "once()" : trigger.toString();
    }
}
