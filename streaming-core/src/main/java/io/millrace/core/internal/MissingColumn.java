package io.millrace.core.internal;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A column that a call names and that the rows do not have. */
public final class MissingColumn {
    private MissingColumn() {}

    /** Names the columns that there are. */
    public static String reason(Dataset<Row> rows) {
        return "there is no such column (columns: " + String.join(", ", rows.columns()) + ")";
    }

    /** The column {@code name} of {@code call}. */
    public static Finding of(String call, String name, Dataset<Row> rows) {
        return new Finding(call, name, reason(rows), "Name one of these, or add the column in an earlier step.");
    }
}
