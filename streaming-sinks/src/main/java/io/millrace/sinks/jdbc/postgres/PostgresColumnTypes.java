package io.millrace.sinks.jdbc.postgres;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Defines the PostgreSQL type from which each Spark type is read back unchanged. */
final class PostgresColumnTypes {
    /** The text of a variant, as jsonb would neither keep the order of its names nor all of its texts. */
    private static final String JSON = "json";

    private static final Map<String, String> BY_SPARK_TYPE = Map.ofEntries(
            Map.entry("tinyint", "smallint"),
            Map.entry("smallint", "smallint"),
            Map.entry("int", "integer"),
            Map.entry("bigint", "bigint"),
            Map.entry("float", "real"),
            Map.entry("double", "double precision"),
            Map.entry("boolean", "boolean"),
            Map.entry("binary", "bytea"),
            Map.entry("date", "date"),
            Map.entry("timestamp", "timestamptz"),
            Map.entry("timestamp_ntz", "timestamp"),
            Map.entry("variant", JSON));

    private PostgresColumnTypes() {}

    /** The type; empty if there is none, or none that can be a key. */
    static Optional<String> of(DataType spark, boolean key) {
        Optional<String> found =
                spark instanceof ArrayType array ? scalar(array.elementType()).map(type -> type + "[]") : scalar(spark);
        return found.filter(type -> !(key && type.startsWith(JSON)));
    }

    private static Optional<String> scalar(DataType spark) {
        if (spark instanceof StringType) {
            return Optional.of("text");
        }
        if (spark instanceof DecimalType decimal) {
            return Optional.of("numeric(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        if (spark instanceof DayTimeIntervalType || spark instanceof YearMonthIntervalType) {
            return Optional.of("interval");
        }
        return Optional.ofNullable(BY_SPARK_TYPE.get(spark.catalogString()));
    }
}
