package io.millrace.core.internal;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream of Spark's interface of sources that is given as a value. Spark wants a class name and options, in which a
 * login has no place: so nothing but the name is in the plan.
 */
public final class TableStream {
    private static final ThreadLocal<@Nullable StreamTable> LOADING = new ThreadLocal<>();

    private TableStream() {}

    /**
     * Rows of a source of Spark's interface.
     *
     * @param name what plans show: a word for the kind, then what is read, which one checkpoint keeps
     * @param stream gives the stream for the location that Spark gives it in the checkpoint
     */
    public static Dataset<Row> rows(
            SparkSession spark, String name, StructType schema, Function<String, MicroBatchStream> stream) {
        LOADING.set(new StreamTable(name, schema, stream));
        try {
            return spark.readStream().format(Provider.class.getName()).load();
        } finally {
            LOADING.remove();
        }
    }

    /** Whether Spark's name of a source is that of all of these; its table has the name that was given. */
    public static boolean isOne(String sourceName) {
        return sourceName.equals(Provider.class.getName());
    }

    /** Spark creates it by its name. */
    public static final class Provider implements TableProvider {
        /** For Spark. */
        public Provider() {}

        @Override
        public StructType inferSchema(CaseInsensitiveStringMap options) {
            return loading().schema;
        }

        @Override
        public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
            return loading();
        }

        private static StreamTable loading() {
            StreamTable table = LOADING.get();
            if (table == null) {
                throw new IllegalStateException("This source has no name of its own: use the value that makes it.");
            }
            return table;
        }
    }

    private record StreamTable(String name, StructType schema, Function<String, MicroBatchStream> stream)
            implements SupportsRead {
        @Override
        @SuppressWarnings("deprecation") // What replaces it is not in Spark 3.5.
        public StructType schema() {
            return schema;
        }

        @Override
        public Set<TableCapability> capabilities() {
            return Set.of(TableCapability.MICRO_BATCH_READ);
        }

        @Override
        public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
            return () -> new StreamScan(this);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private record StreamScan(StreamTable table) implements Scan {
        @Override
        public StructType readSchema() {
            return table.schema;
        }

        @Override
        public String description() {
            return table.name;
        }

        @Override
        public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
            return table.stream.apply(checkpointLocation);
        }

        @Override
        public String toString() {
            return table.name;
        }
    }
}
