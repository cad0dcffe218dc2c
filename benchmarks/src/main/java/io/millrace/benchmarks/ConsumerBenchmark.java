package io.millrace.benchmarks;

import io.millrace.core.KafkaSource;
import io.millrace.testkit.servers.TestKafka;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Measures settings of Kafka's consumer: what a record costs Spark and the broker, if it is only read. */
final class ConsumerBenchmark implements Benchmark {
    private static final String TOPIC = "hits";
    private static final String KAFKA = "Kafka's defaults";
    private static final String MILLRACE = "Millrace's defaults";
    private static final String RECORDS = "kafka.max.poll.records";
    private static final String BUFFER = "kafka.receive.buffer.bytes";
    private static final String WAIT = "kafka.fetch.max.wait.ms";
    private static final String FETCH = "kafka.max.partition.fetch.bytes";

    @Override
    public String run(Scale scale) throws Exception {
        long hits = scale.of(1_000_000, 400);
        int rounds = scale.of(5, 0);
        try (SparkSession spark = JobBenchmark.session("local[2]");
                TestKafka kafka = TestKafka.start()) {
            Hits.ofJob().send(kafka, TOPIC, hits);
            System.out.printf(
                    Locale.ROOT, "Spark %s, %,d hits, %d rounds after one to warm up%n", spark.version(), hits, rounds);
            TaskCpu cpu = new TaskCpu();
            spark.sparkContext().addSparkListener(cpu);
            CostTable table = new CostTable("setting");
            for (int round = 0; round <= rounds; round++) {
                table = round <= 1 ? new CostTable("setting") : table;
                List<Map.Entry<String, Map<String, String>>> contenders =
                        new ArrayList<>(contenders().entrySet());
                Collections.rotate(contenders, round - 1);
                for (Map.Entry<String, Map<String, String>> contender : contenders) {
                    table.add(read(spark, cpu, kafka, contender.getValue(), hits), contender.getKey());
                }
            }
            table.print();
            return "consumer.vs_kafka=" + CpuTable.ratio(table.rate(MILLRACE) / table.rate(KAFKA))
                    + " consumer.task_cpu_vs_kafka="
                    + CpuTable.ratio(table.sparkMicrosOfRow(MILLRACE) / table.sparkMicrosOfRow(KAFKA));
        }
    }

    private static CostTable.Run read(
            SparkSession spark, TaskCpu cpu, TestKafka kafka, Map<String, String> options, long hits) throws Exception {
        KafkaSource source = HitPipelines.source(kafka.bootstrapServers(), TOPIC);
        for (Map.Entry<String, String> option : options.entrySet()) {
            source = source.option(option.getKey(), option.getValue());
        }
        CpuTime before = CpuTime.ofTasks(kafka.pid(), cpu, spark);
        double seconds = MicroBatch.nanoseconds(source.load(spark).writeStream().format("noop"), hits) / 1e9;
        return CpuTime.ofTasks(kafka.pid(), cpu, spark).since(before, hits, seconds);
    }

    private static Map<String, Map<String, String>> contenders() {
        Map<String, Map<String, String>> contenders = new LinkedHashMap<>();
        contenders.put(KAFKA, kafkaBut(Map.of()));
        contenders.put("fetch.max.wait.ms 10", kafkaBut(Map.of(WAIT, "10")));
        contenders.put("max.poll.records 5,000", kafkaBut(Map.of(RECORDS, "5000")));
        contenders.put("receive.buffer.bytes 1 MiB", kafkaBut(Map.of(BUFFER, "1048576")));
        contenders.put(MILLRACE, Map.of());
        contenders.put(MILLRACE + ", and max.partition.fetch.bytes 8 MiB", Map.of(FETCH, "8388608"));
        contenders.put("max.partition.fetch.bytes 8 MiB", kafkaBut(Map.of(FETCH, "8388608")));
        contenders.put("fetch.min.bytes 256 KiB", kafkaBut(Map.of("kafka.fetch.min.bytes", "262144")));
        return contenders;
    }

    private static Map<String, String> kafkaBut(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(RECORDS, "500", BUFFER, "65536", WAIT, "500"));
        all.putAll(settings);
        return all;
    }
}
