package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.SparkRefusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * A join with a static table.
 *
 * @param call {@code join} or {@code leftJoin}
 * @param type Spark's name of the join
 * @param keys the columns of both that have to be equal
 */
record TableJoin(String call, String type, List<String> keys) {
    static TableJoin inner(List<String> keys) {
        return new TableJoin("join", "inner", keys);
    }

    static TableJoin left(List<String> keys) {
        return new TableJoin("leftJoin", "left", keys);
    }

    Step with(Dataset<Row> table) {
        Arguments.required(call, "table", table);
        return step("rows " + table.schema().simpleString(), table, spark -> table);
    }

    Step with(Function<SparkSession, Dataset<Row>> table) {
        Arguments.required(call, "table", table);
        return step("a table of your own", table, table);
    }

    private Step step(String described, Object identity, Function<SparkSession, Dataset<Row>> table) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(call + "(table): name at least one column that both have.");
        }
        return Step.of(
                Call.described(call + "(" + described + ", " + String.join(", ", keys) + ")", call, identity, keys),
                ColumnNeed.whole(call, keys),
                rows -> problems(described, rows, table),
                rows -> rows.join(table.apply(rows.sparkSession()), keys.toArray(String[]::new), type));
    }

    private List<Problem> problems(String described, Dataset<Row> rows, Function<SparkSession, Dataset<Row>> reader) {
        Dataset<Row> table;
        try {
            table = reader.apply(rows.sparkSession());
        } catch (Exception e) { // Scala does not declare Spark's AnalysisException.
            return List.of(new Problem(
                    call,
                    described,
                    "the table cannot be read: " + SparkRefusal.of(e).orElseGet(() -> Errors.nameOf(e)),
                    "Change the function that reads it."));
        }
        return table == null
                ? List.of(new Problem(call, described, "the function that reads the table returned null", "Return it."))
                : problems(described, rows, table);
    }

    private List<Problem> problems(String described, Dataset<Row> rows, Dataset<Row> table) {
        List<Problem> problems = new ArrayList<>();
        String hint = "Rename or leave out one of them.";
        problems.addAll(new ColumnNames(rows, List.of()).take(call, keys, hint));
        problems.addAll(new ColumnNames(rows, List.of()).take(call, List.of(table.columns()), hint));
        if (table.isStreaming()) {
            problems.add(new Problem(
                    call,
                    described,
                    "this table is a stream, and each micro-batch is joined with a static table",
                    "Read it with spark.read(), or join two streams with Spark's own join in of(...)."));
        }
        keys.forEach(key -> problemOfKey(key, rows, table).ifPresent(problems::add));
        ColumnNames names = new ColumnNames(rows, List.of(rows.columns()));
        Arrays.stream(table.columns())
                .filter(name -> keys.stream().noneMatch(key -> new ColumnNames(rows, List.of(key)).has(name)))
                .filter(names::has)
                .map(name -> new Problem(
                        call,
                        name,
                        "both the rows and the table have a column of this name, which is not a key",
                        "Rename or drop one of them first, or make it a key."))
                .forEach(problems::add);
        return problems;
    }

    private Optional<Problem> problemOfKey(String key, Dataset<Row> rows, Dataset<Row> table) {
        Optional<StructField> found = Columns.find(table, key);
        if (found.isEmpty()) {
            return Optional.of(new Problem(
                    call,
                    key,
                    "the table has no such column " + Columns.listed(table),
                    "Name one of these, or rename the column of the table."));
        }
        // Spark would compare a string with a number by casting one of them.
        String type = Columns.find(rows, key).orElseThrow().dataType().catalogString();
        String ofTable = found.get().dataType().catalogString();
        return type.equals(ofTable)
                ? Optional.empty()
                : Optional.of(new Problem(
                        call,
                        key,
                        "the column is " + type + " in the rows, but " + ofTable + " in the table",
                        "Cast one of the two to the type of the other."));
    }
}
