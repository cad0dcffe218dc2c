package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.DataSourceOptions;
import org.apache.spark.sql.catalyst.csv.CSVOptions$;
import org.apache.spark.sql.catalyst.json.JSONOptions$;
import org.apache.spark.sql.execution.datasources.FileIndexOptions$;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions$;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions$;
import org.apache.spark.sql.execution.datasources.text.TextOptions$;

/** The options of Spark's file formats, as Spark itself lists them. */
public final class FileFormatOptions {
    private static final Set<String> STREAM_READER = Set.of(
            "path",
            "maxFilesPerTrigger",
            "maxFileAge",
            "latestFirst",
            "fileNameOnly",
            "cleanSource",
            "sourceArchiveDir",
            "ignoreCorruptFiles");

    private static final Set<String> STREAM_WRITER = Set.of("maxRecordsPerFile", "timeZone", "retention");

    private FileFormatOptions() {}

    /** Every option of the file source for {@code format}. */
    public static Set<String> ofReader(String format) {
        Set<String> names = ofFormat(format);
        names.addAll(STREAM_READER);
        names.addAll(SparkLine.FILE_SOURCE_OPTIONS);
        names.addAll(names(FileIndexOptions$.MODULE$));
        return names;
    }

    /** Every option of the file sink for {@code format}, except the path. */
    public static Set<String> ofWriter(String format) {
        Set<String> names = ofFormat(format);
        names.addAll(STREAM_WRITER);
        return names;
    }

    private static Set<String> ofFormat(String format) {
        return names(
                switch (format) {
                    case "json" -> JSONOptions$.MODULE$;
                    case "csv" -> CSVOptions$.MODULE$;
                    case "parquet" -> ParquetOptions$.MODULE$;
                    case "orc" -> OrcOptions$.MODULE$;
                    default -> TextOptions$.MODULE$;
                });
    }

    private static Set<String> names(DataSourceOptions options) {
        return new TreeSet<>(ScalaCollections.set(options.getAllOptions()));
    }
}
