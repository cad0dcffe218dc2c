package io.millrace.core;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/** Tells a {@link Supervision} that Spark has stopped: a query without rows would not notice it. */
final class SparkStop extends SparkListener {
    private final Runnable told;

    private SparkStop(Runnable told) {
        this.told = told;
    }

    /** Runs {@code told} when Spark stops, on a thread of its own; returns what takes that back. */
    static Runnable watch(SparkContext spark, Runnable told) {
        SparkStop stop = new SparkStop(told);
        spark.addSparkListener(stop);
        return () -> spark.removeSparkListener(stop);
    }

    /** Spark waits for its listeners before it ends. */
    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd end) {
        Thread thread = new Thread(told, "millrace end with Spark");
        thread.setDaemon(true);
        thread.start();
    }
}
