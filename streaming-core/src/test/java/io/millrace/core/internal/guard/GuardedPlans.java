package io.millrace.core.internal.guard;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.udf;

import io.millrace.core.Spark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.DataTypes;

/** Plans of many kinds, built anew at each call. */
final class GuardedPlans {
    private static final Map<String, UnaryOperator<Dataset<Row>>> ALL = new LinkedHashMap<>();

    static {
        add("no state", rows -> rows.where("n > 1").select("zip"));
        add("count", rows -> rows.groupBy("zip").count());
        add(
                "aggregates",
                rows -> rows.groupBy(col("zip"), expr("upper(city)"))
                        .agg(
                                expr("sum(n)"),
                                expr("avg(n) + 1"),
                                expr("max(struct(n, at))"),
                                expr("count(DISTINCT n)")));
        add("filtered aggregate", rows -> rows.groupBy("zip").agg(expr("sum(n) FILTER (WHERE n > 1)")));
        add("collected", rows -> rows.groupBy("zip").agg(expr("collect_list(n)"), expr("approx_count_distinct(n)")));
        add(
                "tumbling window",
                rows -> delayed(rows).groupBy(expr("window(at, '10 minutes')")).count());
        add(
                "sliding window",
                rows -> delayed(rows)
                        .groupBy(expr("window(at, '10 minutes', '4 minutes', '1 minute')"), col("zip"))
                        .agg(expr("sum(n)")));
        add(
                "two windows",
                rows -> delayed(delayed(rows)
                                .groupBy(expr("window(at, '5 minutes')"), col("zip"))
                                .agg(expr("count(1) AS n"))
                                .withColumn("at", expr("window_time(window)")))
                        .groupBy(expr("window(at, '1 hour')"))
                        .agg(expr("sum(n)")));
        add(
                "session",
                rows -> delayed(rows)
                        .groupBy(expr("session_window(at, '5 minutes')"), col("zip"))
                        .count());
        add(
                "session of a dynamic gap",
                rows -> delayed(rows)
                        .groupBy(
                                expr("session_window(at, CASE WHEN n > 1 THEN '5 minutes' ELSE '1 minute' END)"),
                                col("zip"))
                        .count());
        add("duplicates", rows -> rows.dropDuplicates("zip", new String[] {"city"}));
        add("duplicates within the watermark", rows -> delayed(rows).dropDuplicatesWithinWatermark("zip"));
        add("all duplicates", Dataset::dropDuplicates);
        add("distinct", rows -> rows.select("zip", "city").distinct());
        add("limit", rows -> rows.limit(7));
        add(
                "casts and nulls",
                rows -> rows.withColumn("n", expr("CAST(nvl(n, 0) AS STRING)"))
                        .withColumn("zip", expr("coalesce(nullif(zip, ''), city, '-')"))
                        .groupBy("zip")
                        .agg(expr("max(n)")));
        add(
                "a lambda of SQL",
                rows -> rows.withColumn(
                                "n",
                                expr("aggregate(transform(array(n, 1), (x, i) -> x + i)," + " 0, (a, b) -> a + b)"))
                        .groupBy("zip")
                        .agg(expr("sum(n)")));
        add(
                "a function of Java",
                rows -> rows.withColumn("zip", upper().apply(col("zip")))
                        .groupBy("zip")
                        .count());
        add("a registered function", rows -> {
            rows.sparkSession().udf().register("guarded", (UDF1<String, String>) text -> text, DataTypes.StringType);
            return rows.groupBy(expr("guarded(zip)")).count();
        });
        add(
                "random",
                rows -> rows.withColumn("r", expr("rand()"))
                        .where("r < 2")
                        .groupBy("zip")
                        .agg(expr("max(r)")));
        add("uuid", rows -> rows.withColumn("id", expr("uuid()")).groupBy("zip").agg(expr("max(id)")));
        add(
                "a table",
                rows -> rows.join(table(rows.sparkSession()), "zip")
                        .groupBy("name")
                        .count());
        add(
                "a broadcast table",
                rows -> rows.join(
                                functions.broadcast(table(rows.sparkSession()).drop("zip")),
                                expr("city = name"),
                                "left_outer")
                        .dropDuplicates("name"));
        add("a query in a condition", rows -> {
            table(rows.sparkSession()).createOrReplaceTempView("guarded_names");
            rows.createOrReplaceTempView("guarded_rows");
            return rows.sparkSession()
                    .sql("SELECT city, count(1) FROM guarded_rows WHERE zip IN (SELECT zip FROM guarded_names)"
                            + " GROUP BY city");
        });
        add("a union", rows -> rows.union(other(rows)).groupBy("zip").count());
        add(
                "a join of streams",
                rows -> delayed(rows)
                        .as("a")
                        .join(
                                delayed(other(rows)).as("b"),
                                expr("a.zip = b.zip AND a.at > b.at - INTERVAL 5 MINUTES"),
                                "left_outer")
                        .select("a.zip", "b.n"));
        add(
                "an inner join of streams",
                rows -> delayed(rows)
                        .as("a")
                        .join(
                                delayed(other(rows)).as("b"),
                                expr("a.zip = b.zip AND a.n > 1 AND a.at > b.at - INTERVAL 5 MINUTES"))
                        .select("a.zip", "b.n"));
        add(
                "unpivoted columns",
                rows -> rows.selectExpr("zip", "stack(2, 'n', n, 'm', n + 1) AS (name, number)")
                        .groupBy("zip", "name")
                        .agg(expr("sum(number)")));
        add(
                "an exploded array",
                rows -> rows.withColumn("part", expr("explode(split(city, ' '))"))
                        .groupBy("part")
                        .count());
        add(
                "parsed JSON",
                rows -> rows.withColumn("doc", expr("from_json(city, 'a INT, b STRUCT<c: STRING>')"))
                        .groupBy("doc.b.c")
                        .agg(expr("sum(doc.a)")));
        add(
                "a typed step",
                rows -> rows.as(Encoders.row(rows.schema()))
                        .filter((FilterFunction<Row>) row -> !row.isNullAt(0))
                        .map((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                        .toDF("zip")
                        .groupBy("zip")
                        .count());
        add(
                "a function with state",
                rows -> rows.groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                        .flatMapGroupsWithState(
                                (FlatMapGroupsWithStateFunction<String, Row, Long, String>)
                                        (key, values, state) -> List.of(key).iterator(),
                                OutputMode.Update(),
                                Encoders.LONG(),
                                Encoders.STRING(),
                                GroupStateTimeout.NoTimeout())
                        .toDF("zip"));
        add("a long chain", rows -> {
            Dataset<Row> chained = rows;
            for (int i = 0; i < 60; i++) {
                chained = chained.withColumn("n", expr("n + n * 2"));
            }
            return chained.groupBy("zip").agg(expr("sum(n)"));
        });
    }

    private GuardedPlans() {}

    private static void add(String name, UnaryOperator<Dataset<Row>> steps) {
        ALL.put(name, steps);
    }

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The document of a plan, built in a session of its own. */
    static CodeDocument document(String name) {
        SparkSession spark = Spark.session().newSession();
        Dataset<Row> rows = Objects.requireNonNull(ALL.get(name)).apply(source(spark));
        return CodeDocument.of(
                new GuardedQuery(rows, "Append", "micro-batch", List.of("table hits"), false),
                PlanFacts.of(rows, "Append"),
                "Spark " + spark.version() + ", ANSI " + spark.conf().get("spark.sql.ansi.enabled"));
    }

    static Dataset<Row> source(SparkSession spark) {
        return spark.readStream()
                .format("rate")
                .load()
                .selectExpr(
                        "CAST(value AS STRING) AS zip",
                        "concat('at ', CAST(value AS STRING)) AS city",
                        "CAST(value AS INT) AS n",
                        "timestamp AS at");
    }

    private static Dataset<Row> other(Dataset<Row> rows) {
        return source(rows.sparkSession());
    }

    private static Dataset<Row> delayed(Dataset<Row> rows) {
        return rows.withWatermark("at", "10 minutes");
    }

    private static Dataset<Row> table(SparkSession spark) {
        return spark.sql("SELECT '9000' AS zip, 'Gent' AS name");
    }

    private static UserDefinedFunction upper() {
        return udf((UDF1<String, String>) text -> text.toUpperCase(Locale.ROOT), DataTypes.StringType);
    }
}
