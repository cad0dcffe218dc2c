package io.millrace.core.internal;

import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** The session of the thread, from which Spark takes its settings. */
public final class ActiveSession {
    private ActiveSession() {}

    /** Runs {@code work} with {@code spark} as the session of the thread. */
    public static <T> T with(SparkSession spark, Supplier<T> work) {
        Option<SparkSession> before = SparkSession.getActiveSession();
        SparkSession.setActiveSession(spark);
        try {
            return work.get();
        } finally {
            if (before.isDefined()) {
                SparkSession.setActiveSession(before.get());
            } else {
                SparkSession.clearActiveSession();
            }
        }
    }
}
