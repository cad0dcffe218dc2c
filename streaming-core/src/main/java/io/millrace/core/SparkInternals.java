package io.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.DataSourceOptions;
import org.apache.spark.sql.catalyst.csv.CSVOptions$;
import org.apache.spark.sql.catalyst.json.JSONOptions$;
import org.apache.spark.sql.execution.datasources.FileIndexOptions$;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions$;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions$;
import org.apache.spark.sql.execution.datasources.text.TextOptions$;
import scala.collection.JavaConverters;

/** All that this module calls of Spark that Spark does not publish. For Spark 3.5. */
final class SparkInternals {
    private static final List<String> FILE_STREAM = List.of(
            "path",
            "maxFilesPerTrigger",
            "maxFileAge",
            "latestFirst",
            "fileNameOnly",
            "cleanSource",
            "sourceArchiveDir",
            "ignoreCorruptFiles");

    private SparkInternals() {}

    /** Every option of the file source for {@code format}. */
    static List<String> fileOptions(String format) {
        List<String> names = new ArrayList<>(FILE_STREAM);
        names.addAll(names(FileIndexOptions$.MODULE$));
        names.addAll(names(
                switch (format) {
                    case "json" -> JSONOptions$.MODULE$;
                    case "csv" -> CSVOptions$.MODULE$;
                    case "parquet" -> ParquetOptions$.MODULE$;
                    case "orc" -> OrcOptions$.MODULE$;
                    default -> TextOptions$.MODULE$;
                }));
        return names;
    }

    private static List<String> names(DataSourceOptions options) {
        return new ArrayList<>(JavaConverters.setAsJavaSet(options.getAllOptions()));
    }
}
