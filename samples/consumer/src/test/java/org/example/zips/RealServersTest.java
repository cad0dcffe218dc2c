package org.example.zips;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The query of the job from a real Kafka into a real PostgreSQL. */
@StreamingTest
class RealServersTest {
    @RegisterExtension
    static final TestKafka kafka = TestKafka.start();

    @RegisterExtension
    static final TestPostgres postgres = TestPostgres.start();

    @Test
    void countsTheHitsOfATopicInATable(SparkSession spark, @TempDir Path checkpoint) throws Exception {
        kafka.createTopic("hits", 2);
        postgres.execute("create table zip_hits (zip text primary key, count bigint not null)");

        kafka.send("hits", hit("94105"), hit("10001"), "not JSON");
        count(spark, checkpoint);
        kafka.send("hits", hit("94105"));
        count(spark, checkpoint);

        assertEquals(Map.of("10001", 1L, "94105", 2L), table());
    }

    private static void count(SparkSession spark, Path checkpoint) throws Exception {
        Dataset<Row> hits = Sources.kafka(kafka.bootstrapServers())
                .topics("hits")
                .startingFrom(Offsets.earliest())
                .load(spark);
        Dataset<Row> counts = ZipCounter.countByZip(hits);
        counts.writeStream()
                .outputMode("update")
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint.toString())
                .foreach(Sinks.jdbc(Database.at(postgres)).table("zip_hits").upsertOn("zip").writer(counts.schema()))
                .start()
                .awaitTermination();
    }

    private static Map<String, Long> table() throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = postgres.connect();
                ResultSet rows = connection.createStatement().executeQuery("select zip, count from zip_hits")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    private static String hit(String zip) {
        return "{\"zip\":\"" + zip + "\"}";
    }
}
