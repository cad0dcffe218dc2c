package io.millrace.core.internal.json;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import io.millrace.core.JsonFields;
import io.millrace.core.Transforms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** {@code jsonFields} compared with Spark's {@code get_json_object}: the same text, byte by byte, for every path. */
public final class JsonDifferences {
    private static final int MOST_PATHS = 14;
    private static final int SHOWN = 5;

    private final SparkSession spark;
    private final JsonMutants mutants;
    private final List<String> shown = new ArrayList<>();
    private long documents;
    private long found;
    private long differences;

    public JsonDifferences(SparkSession spark, long seed) {
        this.spark = spark;
        this.mutants = new JsonMutants(seed);
    }

    /** Compares {@code count} more documents, {@code atOnce} of them under the same one or fourteen paths. */
    public JsonDifferences compare(int count, int atOnce) {
        for (int left = count; left > 0; left -= atOnce) {
            List<byte[]> batch = Stream.generate(mutants::document)
                    .limit(Math.min(left, atOnce))
                    .toList();
            int paths = left / atOnce % 3 == 0 ? 1 : MOST_PATHS;
            compare(
                    batch,
                    Stream.generate(mutants::path).distinct().limit(paths).toList());
        }
        return this;
    }

    public long documents() {
        return documents;
    }

    /** The values that were not NULL, to detect a check that compares nothing. */
    public long found() {
        return found;
    }

    public long differences() {
        return differences;
    }

    /** The first few differences. */
    public List<String> shown() {
        return List.copyOf(shown);
    }

    private void compare(List<byte[]> batch, List<String> paths) {
        JsonFields ours = Transforms.jsonFields("value");
        for (int field = 0; field < paths.size(); field++) {
            ours = ours.string("ours" + field, paths.get(field));
        }
        Dataset<Row> both = rows(batch).transform(ours).withColumns(theirs(paths));
        Row sums = both.agg(count(lit(1)), each(paths, JsonDifferences::isFound), each(paths, JsonDifferences::differs))
                .head();
        documents += sums.getLong(0);
        found += sums.getLong(1);
        differences += sums.getLong(2);
        for (int field = 0; field < paths.size() && sums.getLong(2) > 0 && shown.size() < SHOWN; field++) {
            show(both.where(differs(field)), field, paths.get(field));
        }
    }

    /** Not a local relation, whose expressions the driver would compute without the code that Spark generates. */
    private Dataset<Row> rows(List<byte[]> batch) {
        return spark.createDataset(
                        new JavaSparkContext(spark.sparkContext())
                                .parallelize(batch, 2)
                                .rdd(),
                        Encoders.BINARY())
                .toDF("value");
    }

    private static Map<String, Column> theirs(List<String> paths) {
        Column text = col("value").cast(DataTypes.StringType);
        Map<String, Column> columns = new HashMap<>();
        for (int field = 0; field < paths.size(); field++) {
            columns.put("spark" + field, get_json_object(text, paths.get(field)));
        }
        return columns;
    }

    /** How often {@code condition} holds, over all rows and fields. */
    private static Column each(List<String> paths, IntFunction<Column> condition) {
        return IntStream.range(0, paths.size())
                .mapToObj(field -> sum(condition.apply(field).cast(DataTypes.LongType)))
                .reduce(lit(0L), Column::plus);
    }

    private static Column isFound(int field) {
        return col("spark" + field).isNotNull();
    }

    private static Column differs(int field) {
        return not(col("ours" + field).eqNullSafe(col("spark" + field)));
    }

    private void show(Dataset<Row> rows, int field, String path) {
        rows.select("value", "ours" + field, "spark" + field).limit(SHOWN).collectAsList().stream()
                .map(row -> path + " of " + HexFormat.of().formatHex(row.getAs(0)) + ": " + row.get(1) + " instead of "
                        + row.get(2))
                .forEach(shown::add);
    }
}
