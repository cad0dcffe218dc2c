package io.millrace.sinks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap$;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.DataSourceUtils;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The file sink of Spark 3.5, called without its query. */
final class SparkFileSink {
    private SparkFileSink() {}

    /** Adds the rows as files and logs them under the batch's id; does nothing if that id is logged already. */
    static void addBatch(
            Dataset<Row> rows, long batchId, String format, Map<String, String> options, List<String> partitionBy) {
        source(rows.sparkSession(), format, options, partitionBy)
                .createSink(OutputMode.Append())
                .addBatch(batchId, rows);
    }

    /** Why Spark would refuse to write the first file; empty if it would not. */
    static Optional<Exception> refusal(
            SparkSession session, String format, Map<String, String> options, StructType dataColumns) {
        try {
            FileFormat files =
                    (FileFormat) source(session, format, options, List.of()).providingInstance();
            DataSourceUtils.verifySchema(files, dataColumns);
            DataSourceUtils.checkFieldNames(files, dataColumns);
            Job unused = Job.getInstance(session.sessionState().newHadoopConf());
            files.prepareWrite(session, unused, options(options), dataColumns);
            return Optional.empty();
        } catch (Exception refused) {
            return Optional.of(refused);
        }
    }

    /** Whether the clocks of a zone, as Spark writes it, never change. */
    static boolean isFixedOffset(String zone) {
        return DateTimeUtils.getZoneId(zone).getRules().isFixedOffset();
    }

    private static DataSource source(
            SparkSession session, String format, Map<String, String> options, List<String> partitionBy) {
        return new DataSource(
                session,
                format,
                list(List.of()),
                Option.empty(),
                list(partitionBy),
                Option.empty(),
                options(options),
                Option.empty());
    }

    private static scala.collection.immutable.Map<String, String> options(Map<String, String> options) {
        return CaseInsensitiveMap$.MODULE$.apply(scala.collection.immutable.Map$.MODULE$
                .<String, String>empty()
                .$plus$plus(JavaConverters.mapAsScalaMap(options)));
    }

    private static Seq<String> list(List<String> names) {
        return JavaConverters.asScalaBuffer(names).toList();
    }
}
