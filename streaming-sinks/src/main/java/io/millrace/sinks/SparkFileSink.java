package io.millrace.sinks;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap$;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.DataSourceUtils;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** The file sink of Spark, called without its query. */
final class SparkFileSink {
    private SparkFileSink() {}

    /** Adds the rows as files and logs them under the batch's id. */
    static void addBatch(
            Dataset<Row> rows, long batchId, String format, Map<String, String> options, List<String> partitionBy) {
        SparkSession session = rows.sparkSession();
        SparkLine.fileSink(session, qualified(session, options), files(session, format), partitionBy, options)
                .addBatch(batchId, rows);
    }

    /** Logs the batch as one without rows. */
    static void addBatchWithoutFiles(SparkSession session, long batchId, Map<String, String> options) {
        Option<Object> retention = CaseInsensitiveMap$.MODULE$
                .apply(ScalaCollections.immutableMap(options))
                .get("retention")
                .map(time -> JavaUtils.timeStringAsMs(time));
        SparkLine.addBatchWithoutFiles(session, qualified(session, options), retention, batchId);
    }

    /** Why Spark would refuse to write the first file; empty if it would not. */
    static Optional<Exception> refusal(
            SparkSession session, String format, Map<String, String> options, StructType dataColumns) {
        try {
            FileFormat files = files(session, format);
            Optional<StructField> unsupported = Arrays.stream(dataColumns.fields())
                    .filter(field -> !files.supportDataType(field.dataType()))
                    .findFirst();
            if (unsupported.isPresent()) {
                return unsupported.map(field -> new IllegalArgumentException("the " + format
                        + " format has no type for the column " + field.name() + ", "
                        + field.dataType().sql()));
            }
            DataSourceUtils.checkFieldNames(files, dataColumns);
            Job unused = Job.getInstance(session.sessionState().newHadoopConf());
            files.prepareWrite(
                    session,
                    unused,
                    CaseInsensitiveMap$.MODULE$.apply(ScalaCollections.immutableMap(options)),
                    dataColumns);
            return Optional.empty();
        } catch (Exception refused) {
            return Optional.of(refused);
        }
    }

    /** Whether the clocks of a zone, as Spark writes it, never change. */
    static boolean isFixedOffset(String zone) {
        return DateTimeUtils.getZoneId(zone).getRules().isFixedOffset();
    }

    private static FileFormat files(SparkSession session, String format) {
        try {
            Object provider = DataSource.lookupDataSource(
                            format, session.sessionState().conf())
                    .getConstructor()
                    .newInstance();
            Class<?> files =
                    provider instanceof FileDataSourceV2 table ? table.fallbackFileFormat() : provider.getClass();
            return (FileFormat) files.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String qualified(SparkSession session, Map<String, String> options) {
        Path path = new Path(Objects.requireNonNull(options.get("path")));
        Configuration hadoop = session.sessionState().newHadoopConf();
        try {
            return path.getFileSystem(hadoop).makeQualified(path).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
