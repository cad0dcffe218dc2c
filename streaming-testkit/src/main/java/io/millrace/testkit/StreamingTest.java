package io.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose methods may take a {@link StreamKit} or a {@code SparkSession} as a parameter. One Spark runs per
 * JVM, each test has a session, inputs, queries and checkpoints of its own, and no JVM flag is needed, so that classes
 * and methods may run in parallel. An annotation nearer to the test replaces that of its superclass.
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
    /** Partitions of every input and of every shuffle. Default 1, which is fastest. */
    int partitions() default 1;

    /** Where state is kept between two batches. Default Spark's own default. */
    StateStore stateStore() default StateStore.HDFS_BACKED;

    /** The time zone of the session, an id of {@code java.time}. Default UTC, wherever the test runs. */
    String timeZone() default "UTC";

    /** Whether Spark compiles each query to Java. Default not: it costs more than a small batch gains. */
    boolean codegen() default false;

    /** Further settings of the session, each {@code "key=value"}. */
    String[] settings() default {};

    /** The state stores that Spark 3.5 has. */
    enum StateStore {
        /** In the heap of the executors. */
        HDFS_BACKED("org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider"),
        /** In RocksDB. */
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
