package io.millrace.core.internal.kafka;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's own Kafka source as a stream that ends: it takes the options of a batch that name an end, which Spark refuses
 * for a stream, and plans no offset beyond it. Spark creates it by its name.
 */
public final class KafkaRange implements TableProvider {
    private static final String OF_SPARK = "org.apache.spark.sql.kafka010.KafkaSourceProvider";

    private final TableProvider kafka;

    /** For Spark. */
    public KafkaRange() throws ReflectiveOperationException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        kafka = Class.forName(OF_SPARK, true, loader)
                .asSubclass(TableProvider.class)
                .getConstructor()
                .newInstance();
    }

    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        return kafka.inferSchema(withoutEnd(options));
    }

    @Override
    public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        Map<String, String> options = withoutEnd(new CaseInsensitiveStringMap(properties));
        return new EndingTable(kafka.getTable(schema, partitioning, options));
    }

    private static CaseInsensitiveStringMap withoutEnd(CaseInsensitiveStringMap options) {
        Map<String, String> others = new HashMap<>(options.asCaseSensitiveMap());
        others.keySet().removeIf(KafkaRange::isOfEndOrWait);
        return new CaseInsensitiveStringMap(others);
    }

    // A wait for more records would end the query before its end.
    private static boolean isOfEndOrWait(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return name.startsWith("ending") || name.equals("minoffsetspertrigger") || name.equals("maxtriggerdelay");
    }

    private record EndingTable(Table kafka) implements SupportsRead {
        @Override
        public String name() {
            return kafka.name();
        }

        @Override
        @SuppressWarnings("deprecation") // What replaces it is not in Spark 3.5.
        public StructType schema() {
            return kafka.schema();
        }

        @Override
        public Set<TableCapability> capabilities() {
            return Set.of(TableCapability.MICRO_BATCH_READ);
        }

        @Override
        public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
            ScanBuilder builder = ((SupportsRead) kafka).newScanBuilder(withoutEnd(options));
            return () -> new EndingScan(builder.build(), options);
        }
    }

    private record EndingScan(Scan kafka, CaseInsensitiveStringMap options) implements Scan {
        @Override
        public StructType readSchema() {
            return kafka.readSchema();
        }

        @Override
        public CustomMetric[] supportedCustomMetrics() {
            return kafka.supportedCustomMetrics();
        }

        @Override
        public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
            KafkaEnd end = KafkaEnd.of(checkpointLocation, options.asCaseSensitiveMap());
            return new KafkaRangeStream(kafka.toMicroBatchStream(checkpointLocation), end);
        }
    }
}
