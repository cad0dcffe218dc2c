package io.millrace.benchmarks;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * CPU time in microseconds so far.
 *
 * @param server that of each process of a server, by its id
 * @param spark that of this JVM, or of Spark's tasks
 */
record CpuTime(Map<Long, Long> server, long spark) {
    /** @param server the first process of the server */
    static CpuTime ofJvm(long server) {
        return of(server, micros(ProcessHandle.current()));
    }

    static CpuTime ofTasks(long server, TaskCpu tasks, SparkSession spark) throws TimeoutException {
        return of(server, tasks.total(spark) / 1_000);
    }

    private static CpuTime of(long server, long spark) {
        ProcessHandle first = ProcessHandle.of(server).orElseThrow();
        return new CpuTime(
                Stream.concat(Stream.of(first), first.descendants())
                        .collect(Collectors.toMap(ProcessHandle::pid, CpuTime::micros)),
                spark);
    }

    /** Returns what a run has cost since {@code before}, without processes of the server that have ended. */
    CostTable.Run since(CpuTime before, long rows, double seconds) {
        long ofServer = server.entrySet().stream()
                .mapToLong(process -> process.getValue() - before.server.getOrDefault(process.getKey(), 0L))
                .sum();
        return new CostTable.Run(rows, seconds, ofServer, spark - before.spark);
    }

    private static long micros(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1_000;
    }
}
