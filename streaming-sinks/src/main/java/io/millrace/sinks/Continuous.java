package io.millrace.sinks;

import org.apache.spark.sql.streaming.Trigger;

/** Spark's continuous trigger, whose class is not public. */
final class Continuous {
    private static final Class<?> TRIGGER = Trigger.Continuous(1).getClass();

    private Continuous() {}

    static boolean is(Trigger trigger) {
        return TRIGGER.isInstance(trigger);
    }
}
