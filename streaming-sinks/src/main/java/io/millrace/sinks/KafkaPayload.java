package io.millrace.sinks;

import io.millrace.core.Problem;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkRefusal;
import io.millrace.core.internal.json.JsonDocument;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The key or the value of a record: a column as it is, or columns as a JSON document.
 *
 * @param call the call that chose it
 * @param names the columns; for a document none means all
 */
record KafkaPayload(String call, List<String> names, boolean isJson) {
    static KafkaPayload of(String call, String column) {
        return new KafkaPayload(call, List.of(column), false);
    }

    static KafkaPayload json(String call, List<String> columns) {
        List<String> names = List.copyOf(columns);
        if (new LinkedHashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException(
                    call + "(" + String.join(", ", names) + "): a column is named twice. Name it once.");
        }
        return new KafkaPayload(call, names, true);
    }

    Column in(Dataset<Row> rows) {
        if (isJson) {
            return JsonDocument.of(rows, columns(rows));
        }
        Column column = Columns.at(rows, names.get(0));
        DataType type = Columns.find(rows, names.get(0)).orElseThrow().dataType();
        // A string may have a collation, which Spark's own sink does not take.
        return isWholeNumber(type) || type instanceof StringType ? column.cast("string") : column;
    }

    List<Problem> problems(Dataset<Row> rows) {
        List<Problem> missing = names.stream()
                .filter(name -> Columns.find(rows, name).isEmpty())
                .map(name -> Columns.missing(call, name, rows).as(Problem::new))
                .toList();
        if (!missing.isEmpty()) {
            return missing;
        }
        return (isJson ? documentProblem(rows) : typeProblem(rows)).stream().toList();
    }

    @Override
    public String toString() {
        return isJson ? "JSON of " + (names.isEmpty() ? "all columns" : String.join(", ", names)) : names.get(0);
    }

    private Column[] columns(Dataset<Row> rows) {
        return namesIn(rows).stream().map(name -> Columns.at(rows, name)).toArray(Column[]::new);
    }

    private Optional<Problem> documentProblem(Dataset<Row> rows) {
        Optional<Problem> ofAll = names.isEmpty() ? documentProblem(rows.schema()) : Optional.empty();
        return ofAll.or(() -> SparkRefusal.of(() -> rows.select(in(rows)))
                        .map(reason -> new Problem(
                                call, String.join(", ", names), reason, "Name columns that JSON can hold.")))
                .or(() -> documentProblem(rows.select(columns(rows)).schema()));
    }

    private Optional<Problem> documentProblem(StructType schema) {
        return JsonDocument.problem(call, schema).map(problem -> problem.as(Problem::new));
    }

    /** The columns that it uses; all if none is named. */
    List<String> namesIn(Dataset<Row> rows) {
        return names.isEmpty() ? List.of(rows.columns()) : names;
    }

    private Optional<Problem> typeProblem(Dataset<Row> rows) {
        return Columns.find(rows, names.get(0))
                .map(StructField::dataType)
                .filter(type -> !isText(type) && !isWholeNumber(type))
                .map(type -> new Problem(
                        call,
                        names.get(0),
                        "the column is " + type.simpleString()
                                + ", and a record takes binary, string or a whole number",
                        "Cast it, or use keyAsJson(...) or valueAsJson(...)."));
    }

    private static boolean isText(DataType type) {
        return type instanceof StringType || type instanceof BinaryType;
    }

    private static boolean isWholeNumber(DataType type) {
        return Stream.of(ByteType.class, ShortType.class, IntegerType.class, LongType.class)
                .anyMatch(whole -> whole.isInstance(type));
    }
}
