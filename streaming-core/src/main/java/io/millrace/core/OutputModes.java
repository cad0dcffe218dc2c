package io.millrace.core;

import org.apache.spark.sql.streaming.OutputMode;

/**
 * Spark's output modes under names that read well as static imports.
 *
 * <pre>{@code Pipeline.named("traffic").outputMode(update())}</pre>
 */
public final class OutputModes {
    private OutputModes() {}

    /** Only rows that are final; an aggregation needs a watermark. Spark's default. */
    public static OutputMode append() {
        return OutputMode.Append();
    }

    /** Rows that changed in this micro-batch. */
    public static OutputMode update() {
        return OutputMode.Update();
    }

    /** The whole result in every micro-batch; needs an aggregation, and its state never shrinks. */
    public static OutputMode complete() {
        return OutputMode.Complete();
    }
}
