package io.millrace.testkit.servers;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A job whose first argument selects what it does. Public for spark-submit. */
public final class SubmittedJob {
    private SubmittedJob() {}

    public static void main(String[] arguments) {
        if (arguments[0].equals("throw")) {
            throw new IllegalArgumentException("throw: no topic is named");
        }
        SparkSession spark = SparkSession.builder().appName(arguments[0]).getOrCreate();
        JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
        int sum = context.parallelize(List.of(1, 2, 3, 4), 4)
                .map(number -> work(arguments, number))
                .reduce(Integer::sum);
        System.out.println("sum: " + sum);
        spark.stop();
    }

    private static int work(String[] arguments, int number) throws IOException {
        if (arguments[0].equals("fail-in-a-task")) {
            throw new IllegalStateException("the table is full");
        }
        Path directory = Path.of(arguments[1]);
        leave(directory.resolve("started-" + SparkEnv.get().executorId()));
        if (TaskContext.get().attemptNumber() > 0) {
            leave(directory.resolve("again"));
        }
        while (Files.notExists(directory.resolve("go"))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return number;
    }

    private static void leave(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // Another task was faster.
        }
    }
}
