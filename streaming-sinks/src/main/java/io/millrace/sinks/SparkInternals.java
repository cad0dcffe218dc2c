package io.millrace.sinks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.csv.CSVOptions;
import org.apache.spark.sql.catalyst.json.JSONOptions;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap$;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.DataSourceUtils;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions;
import org.apache.spark.sql.execution.datasources.text.TextOptions;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.execution.streaming.StreamExecution;
import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.sources.StreamSinkProvider;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Formats, plans and queries by what Spark 3.5 does not publish. */
final class SparkInternals {

    private SparkInternals() {}

    /** Whether a temporary view can have this name. */
    static boolean canNameAView(SparkSession session, String name) {
        try {
            TableIdentifier view = session.sessionState().sqlParser().parseTableIdentifier(name);
            return view.database().isEmpty();
        } catch (Exception refused) {
            return false;
        }
    }

    /** The class of a format; empty if it is not on the class path. */
    static Optional<Class<?>> formatNamed(SparkSession session, String format) {
        try {
            return Optional.of(
                    DataSource.lookupDataSource(format, session.sessionState().conf()));
        } catch (Exception refused) {
            return Optional.empty();
        }
    }

    /** Why Spark would refuse to write the first file; empty if it would not. */
    static Optional<String> refusalOfFiles(
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
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    /** Whether the clocks of a zone, as Spark writes it, never change. */
    static boolean isFixedOffset(String zone) {
        return DateTimeUtils.getZoneId(zone).getRules().isFixedOffset();
    }

    /** Why Spark's analyzer refuses a query; empty if it does not. */
    static Optional<String> refusalOf(Runnable query) {
        try {
            query.run();
            return Optional.empty();
        } catch (Exception e) {
            // Scala does not declare it, so that javac does not let it be caught by name.
            if (e instanceof AnalysisException) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** The options that Spark's file formats know, by the name of the format. */
    static Set<String> optionsOfFiles(String format) {
        Set<String> known = new TreeSet<>();
        known.addAll(Set.of("maxRecordsPerFile", "timeZone", "retention"));
        known.addAll(JavaConverters.setAsJavaSet(
                switch (format) {
                    case "parquet" -> ParquetOptions.getAllOptions();
                    case "orc" -> OrcOptions.getAllOptions();
                    case "json" -> JSONOptions.getAllOptions();
                    case "csv" -> CSVOptions.getAllOptions();
                    default -> TextOptions.getAllOptions();
                }));
        return known;
    }

    /** Adds the rows as files and logs them under the batch's id; does nothing if that id is logged already. */
    static void addFiles(
            Dataset<Row> rows, long batchId, String format, Map<String, String> options, List<String> partitionBy) {
        source(rows.sparkSession(), format, options, partitionBy)
                .createSink(OutputMode.Append())
                .addBatch(batchId, rows);
    }

    /** How Spark would write a stream to the format of this class. */
    static StreamingWay wayTo(Class<?> format) {
        if (FileFormat.class.isAssignableFrom(format) || FileDataSourceV2.class.isAssignableFrom(format)) {
            return StreamingWay.FILES;
        }
        if (TableProvider.class.isAssignableFrom(format)) {
            return StreamingWay.TABLE;
        }
        return StreamSinkProvider.class.isAssignableFrom(format) ? StreamingWay.OLD_SINK : StreamingWay.NONE;
    }

    /** The checkpoint location of a running query: the one that was set, or Spark's own temporary one. */
    static String checkpointOf(SparkSession session, String queryId) {
        StreamingQuery query = session.streams().get(UUID.fromString(queryId));
        return ((StreamingQueryWrapper) query).streamingQuery().resolvedCheckpointRoot();
    }

    /** Whether {@code error} means that the query is being stopped. */
    static boolean isStop(Throwable error, SparkSession session) {
        return StreamExecution.isInterruptionException(error, session.sparkContext());
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

    static scala.collection.immutable.Map<String, String> options(Map<String, String> options) {
        return CaseInsensitiveMap$.MODULE$.apply(scala.collection.immutable.Map$.MODULE$
                .<String, String>empty()
                .$plus$plus(JavaConverters.mapAsScalaMap(options)));
    }

    private static Seq<String> list(List<String> names) {
        return JavaConverters.asScalaBuffer(names).toList();
    }

    /** How Spark writes a stream to a format. */
    enum StreamingWay {
        /** A table of the second data source API. */
        TABLE,
        /** Files, with a log of the batches that wrote them. */
        FILES,
        /** A sink of the first data source API, whose requirements are not known. */
        OLD_SINK,
        /** Not at all. */
        NONE
    }
}
