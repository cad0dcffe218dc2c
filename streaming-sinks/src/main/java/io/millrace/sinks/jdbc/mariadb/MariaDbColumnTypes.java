package io.millrace.sinks.jdbc.mariadb;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;

/** Defines the MariaDB column that returns each Spark type unchanged, and whose keys are equal as in Spark. */
final class MariaDbColumnTypes {
    /** InnoDB's limit of the columns of an index. */
    private static final int INDEX_BYTES = 3_072;

    private static final int BYTES_OF_CHARACTER = 4;
    private static final int LONGEST_TEXT_KEY = 255;
    private static final int LONGEST_BINARY_KEY = LONGEST_TEXT_KEY * BYTES_OF_CHARACTER;

    /** Texts are equal if all their characters are, blanks at the end included. */
    private static final String LETTER_FOR_LETTER = " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";

    /** A float is a double, since the server writes only six digits of a float as text. */
    private static final Map<String, String> BY_SPARK_TYPE = Map.of(
            "tinyint", "tinyint",
            "smallint", "smallint",
            "int", "int",
            "bigint", "bigint",
            "float", "double",
            "double", "double",
            "boolean", "boolean",
            "date", "date",
            "timestamp_ntz", "datetime(6)");

    private MariaDbColumnTypes() {}

    /**
     * The type and the constraints; empty if there is no such column.
     *
     * @param keys the number of columns of the key; zero if this is not one of them
     */
    static Optional<String> definition(DataType spark, int keys) {
        if (spark.catalogString().equals("timestamp")) {
            return Optional.of(timestamp(keys > 0));
        }
        return (keys > 0 ? key(spark, keys).map(type -> type + " NOT NULL") : value(spark));
    }

    /** Without NULL or a default, some servers would set it to the time of each update. */
    private static String timestamp(boolean key) {
        return "timestamp(6)" + (key ? " NOT NULL DEFAULT current_timestamp(6)" : " NULL");
    }

    private static Optional<String> key(DataType spark, int keys) {
        int bytes = INDEX_BYTES / keys;
        if (spark instanceof StringType) {
            int characters = Math.min(LONGEST_TEXT_KEY, bytes / BYTES_OF_CHARACTER);
            return Optional.of("varchar(" + characters + ")" + LETTER_FOR_LETTER);
        }
        return switch (spark.catalogString()) {
            case "binary" -> Optional.of("varbinary(" + Math.min(LONGEST_BINARY_KEY, bytes) + ")");
            case "variant" -> Optional.empty();
            default -> value(spark);
        };
    }

    private static Optional<String> value(DataType spark) {
        if (spark instanceof StringType) {
            return Optional.of("longtext" + LETTER_FOR_LETTER);
        }
        if (spark instanceof DecimalType decimal) {
            return Optional.of("decimal(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        return switch (spark.catalogString()) {
            case "binary" -> Optional.of("longblob");
            case "variant" -> Optional.of("longtext" + LETTER_FOR_LETTER);
            default -> Optional.ofNullable(BY_SPARK_TYPE.get(spark.catalogString()));
        };
    }
}
