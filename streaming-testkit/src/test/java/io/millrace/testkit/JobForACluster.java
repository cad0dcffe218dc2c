package io.millrace.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A job whose tasks wait for a file, for as long as a test needs to break something. */
final class JobForACluster {
    private JobForACluster() {}

    public static void main(String[] arguments) throws Exception {
        String sign = arguments[0];
        SparkSession spark = SparkSession.builder().getOrCreate();
        List<Integer> numbers = List.of(1, 2, 3, 4);
        int sum = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(numbers, numbers.size())
                .map(number -> {
                    while (!Files.exists(Path.of(sign))) {
                        Thread.onSpinWait();
                    }
                    return number;
                })
                .reduce(Integer::sum);
        Files.writeString(Path.of(arguments[1]), "sum " + sum);
        spark.stop();
    }
}
