package io.millrace.testkit;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.streaming.Sink;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.Clock;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.Map$;

/**
 * All that the testkit uses of Spark beyond its public API, and of the JDK's: for Spark 3.5 on Java 17. In Spark 4.1 the
 * sink moves to {@code execution.streaming.runtime} and {@code startQuery} to {@code sql.classic}.
 */
final class SparkInternals {
    private static final Pattern OPENED = Pattern.compile("--add-opens=([\\w.]+)/([\\w.]+)=ALL-UNNAMED");

    private SparkInternals() {}

    /** Opens to Spark what it needs of the JDK, as spark-submit does by flags. */
    static void openJvm() {
        try {
            Method open = Module.class.getDeclaredMethod("implAddOpensToAllUnnamed", String.class);
            makeAccessible(open);
            Matcher options = OPENED.matcher(JavaModuleOptions.defaultModuleOptions());
            while (options.find()) {
                String packageName = options.group(2);
                ModuleLayer.boot().findModule(options.group(1)).ifPresent(module -> open(open, module, packageName));
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw cannotOpen(e);
        }
    }

    static IllegalStateException cannotOpen(Exception cause) {
        return new IllegalStateException(
                "This JVM cannot be opened to Spark from inside: start it with the flags "
                        + JavaModuleOptions.defaultModuleOptions(),
                cause);
    }

    private static void open(Method open, Module module, String packageName) {
        try {
            open.invoke(module, packageName);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Same layout as {@link java.lang.reflect.AccessibleObject}, whose only field reflection hides. */
    private static final class AccessibleMirror {
        @SuppressWarnings("unused") // Its offset is what counts.
        boolean override;
    }

    // By reflection, because javac warns of sun.misc.Unsafe in a way that no annotation can suppress.
    private static void makeAccessible(Method method) throws ReflectiveOperationException {
        Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
        Field theUnsafe = unsafeClass.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        Object unsafe = theUnsafe.get(null);
        Object offset = unsafeClass
                .getMethod("objectFieldOffset", Field.class)
                .invoke(unsafe, AccessibleMirror.class.getDeclaredField("override"));
        unsafeClass
                .getMethod("putBoolean", Object.class, long.class, boolean.class)
                .invoke(unsafe, method, offset, true);
    }

    static StreamingQuery start(Dataset<Row> query, OutputMode mode, String checkpoint, Recorder recorder, Gate gate)
            throws TimeoutException {
        return query.sparkSession()
                .streams()
                .startQuery(
                        Option.empty(),
                        Option.apply(checkpoint),
                        query,
                        Map$.MODULE$.empty(),
                        (Table) recorder,
                        mode,
                        false,
                        true,
                        Trigger.ProcessingTime(1),
                        gate,
                        Option.empty(),
                        Option.empty());
    }

    /** Makes Spark's rows of a caller's, which have the external types of {@code schema}. */
    @SuppressWarnings("unchecked")
    static Function<Row, InternalRow> fromRows(StructType schema) {
        return row -> (InternalRow)
                CatalystTypeConverters.createToCatalystConverter(schema).apply(row);
    }

    static <T> Function<T, InternalRow> fromBeans(Encoder<T> encoder) {
        ExpressionEncoder.Serializer<T> serializer = ((ExpressionEncoder<T>) encoder).createSerializer();
        return bean -> serializer.apply(bean).copy();
    }

    static List<Row> toRows(StructType schema, Collection<InternalRow> rows) {
        var converter = CatalystTypeConverters.createToScalaConverter(schema);
        List<Row> converted = new ArrayList<>(rows.size());
        rows.forEach(row -> converted.add((Row) converter.apply(row)));
        return converted;
    }

    /** A sink that shows every batch that it is given, one run again as well. */
    static final class Recorder implements Sink {
        private @Nullable List<Row> last;
        private long lastBatch = -1;

        @Override
        public synchronized void addBatch(long batch, Dataset<Row> data) {
            // The plan of the batch itself: an action on the Dataset would plan and announce a second execution.
            lastBatch = batch;
            last = toRows(
                    data.schema(), List.of(data.queryExecution().executedPlan().executeCollect()));
        }

        /** The rows of the last batch; empty afterwards. */
        synchronized List<Row> take() {
            List<Row> taken = last;
            last = null;
            return taken == null ? List.of() : taken;
        }

        /** The batch whose rows came and were not taken by the time of this call; -1 for none. */
        synchronized long pendingBatch() {
            return last == null ? -1 : lastBatch;
        }
    }

    /** The clock of a query: it stands until the test moves it, and holds the query before each trigger. */
    static final class Gate implements Clock {
        private long now;
        private boolean waiting;

        Gate(long now) {
            this.now = now;
        }

        synchronized void now(long now) {
            this.now = now;
        }

        /** Returns once the query has ended its trigger, or has died. */
        synchronized void awaitTrigger(BooleanSupplier alive) throws InterruptedException {
            while (!waiting && alive.getAsBoolean()) {
                // A query that dies tells nobody, so that its life is looked at from time to time.
                wait(2);
            }
        }

        synchronized void nextTrigger() {
            waiting = false;
            notifyAll();
        }

        @Override
        public synchronized long getTimeMillis() {
            return now;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public synchronized long waitTillTime(long target) {
            waiting = true;
            notifyAll();
            try {
                while (waiting) {
                    wait();
                }
            } catch (InterruptedException e) {
                // Only stop() interrupts, and Spark looks at its own state next. Left interrupted, it could not clean
                // up.
                waiting = false;
            }
            return now;
        }
    }
}
