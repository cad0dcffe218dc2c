package io.millrace.sinks;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Formats rows as a table of text, with numbers to the right. */
final class DisplayTable {
    /** A space on each side of a value, which the library counts as its width. */
    private static final int PADDING = 2;

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Column[] columns;

    DisplayTable(StructType schema, int columnWidth) {
        columns = Arrays.stream(schema.fields())
                .map(field -> column(field, columnWidth))
                .toArray(Column[]::new);
    }

    String text(long batchId, long total, List<List<String>> rows) {
        String[][] cells = rows.stream()
                .map(row -> row.stream().map(DisplayTable::harmless).toArray(String[]::new))
                .toArray(String[][]::new);
        return "batch %d: %,d %s%n%s"
                .formatted(
                        batchId,
                        total,
                        total == 1 ? "row" : "rows",
                        AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, cells));
    }

    private static Column column(StructField field, int width) {
        HorizontalAlign align = field.dataType() instanceof NumericType ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT;
        return new Column()
                .header(harmless(field.name()))
                .headerAlign(align)
                .dataAlign(align)
                .maxWidth(width + PADDING, OverflowBehaviour.ELLIPSIS_RIGHT);
    }

    /** A value must not steer the terminal. */
    private static String harmless(String text) {
        return CONTROL.matcher(text).replaceAll(".");
    }
}
