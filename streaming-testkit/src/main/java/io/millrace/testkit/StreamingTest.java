package io.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class whose methods can take a {@link StreamKit} or a {@code SparkSession} as a parameter. One Spark
 * runs per JVM. Each test has its own session, inputs, queries and checkpoints, so classes and methods can run in
 * parallel. No JVM flag is needed. An annotation of a class replaces that of its superclass or enclosing class.
 *
 * <pre>{@code
 * @StreamingTest
 * class TrafficTest {
 *     @Test
 *     void countsHits(StreamKit kit) { ... }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(StreamingTestExtension.class)
public @interface StreamingTest {
    /** The partitions of every input and shuffle. Default 1, which is fastest. */
    int partitions() default 1;

    /** The state store. By default Spark's own default. */
    StateStore stateStore() default StateStore.HDFS_BACKED;

    /** The time zone of the session. UTC by default, on every machine. */
    String timeZone() default "UTC";

    /** Whether Spark compiles each query. False by default, because compilation costs more than a small batch gains. */
    boolean codegen() default false;

    /** More settings of the session, each {@code "key=value"}. */
    String[] settings() default {};

    /** Spark's own state stores. */
    enum StateStore {
        /** In the executors' heap. */
        HDFS_BACKED("org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider"),
        /** In RocksDB; {@code transformWithState} needs it. */
        ROCKSDB("org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");

        private final String provider;

        StateStore(String provider) {
            this.provider = provider;
        }

        String provider() {
            return provider;
        }
    }
}
