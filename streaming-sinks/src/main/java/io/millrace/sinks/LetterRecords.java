package io.millrace.sinks;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.millrace.core.Problem;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.json.JsonDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/**
 * Rows that a step could not use, as records: the original value, key and headers, with the reason and the place where
 * the record was read in more headers, as texts in UTF-8. What is NULL has no header.
 */
final class LetterRecords {
    private static final String CALL = "deadLetters";

    /** The columns that {@code malformed()} gives, with their types. */
    private static final Map<String, String> SHAPE = new LinkedHashMap<>();

    private static final List<String> IN_HEADERS = List.of("reason", "topic", "partition", "offset", "timestamp");

    static {
        SHAPE.put("value", "binary");
        SHAPE.put("key", "binary");
        SHAPE.put("topic", "string");
        SHAPE.put("partition", "int");
        SHAPE.put("offset", "bigint");
        SHAPE.put("timestamp", "timestamp");
        SHAPE.put("reason", "string");
    }

    private LetterRecords() {}

    /** {@code value}, {@code key} and {@code headers}. */
    static Map<String, Column> parts(Dataset<Row> rows) {
        Column[] more = IN_HEADERS.stream()
                .map(name ->
                        struct(lit("millrace." + name).as("key"), text(name).as("value")))
                .toArray(Column[]::new);
        Column known = filter(array(more), header -> header.getField("value").isNotNull());
        Column headers = Columns.find(rows, "headers").isPresent()
                ? concat(coalesce(col("headers"), array().cast(KafkaColumns.HEADERS)), known)
                : known;
        Map<String, Column> parts = new LinkedHashMap<>();
        parts.put("value", col("value"));
        parts.put("key", col("key"));
        parts.put("headers", headers.cast(KafkaColumns.HEADERS));
        return parts;
    }

    private static Column text(String name) {
        Column column = col(name);
        return (name.equals("timestamp") ? JsonDocument.text(column) : column.cast("string")).cast("binary");
    }

    static List<Problem> problems(Dataset<Row> rows) {
        List<Problem> problems = new ArrayList<>();
        SHAPE.forEach((name, type) -> problem(rows, name, type).ifPresent(problems::add));
        if (Columns.find(rows, "headers").isPresent()) {
            problem(rows, "headers", KafkaColumns.HEADERS).ifPresent(problems::add);
        }
        List<String> others = Stream.of(rows.columns())
                .filter(name -> !SHAPE.containsKey(name) && !name.equals("headers"))
                .toList();
        if (problems.isEmpty() && !others.isEmpty()) {
            problems.add(new Problem(
                    CALL,
                    String.join(", ", others),
                    "no part of a dead letter uses these columns, so that they would not be written",
                    "Leave them out with select(...) in an earlier step."));
        }
        return problems;
    }

    private static Optional<Problem> problem(Dataset<Row> rows, String name, String type) {
        Optional<String> found =
                Columns.find(rows, name).map(StructField::dataType).map(seen -> seen.catalogString());
        if (found.filter(type::equals).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                CALL,
                name,
                found.map(seen -> "the column is " + seen + ", but " + type + " is required")
                        .orElseGet(() -> Columns.reasonIfMissing(rows)),
                "Give this sink the rows of malformed(), as of jsonFields(...).mark() or route()."));
    }
}
