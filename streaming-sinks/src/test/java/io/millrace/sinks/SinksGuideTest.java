package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.BatchSink;
import io.millrace.core.JsonMarks;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.Pipeline;
import io.millrace.core.Secret;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcLookup;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of {@code docs/sinks.md}, {@code docs/jdbc.md} and {@code docs/lookups.md}. */
class SinksGuideTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"sinks", "jdbc", "lookups"})
    void everyBlockOfTheGuideCompiles(String name) throws IOException {
        String guide = Files.readString(Path.of("../docs/" + name + ".md"));
        String here = squeezed(Files.readString(Path.of("src/test/java/io/millrace/sinks/SinksGuideTest.java")));

        List<String> blocks = BLOCK.matcher(guide)
                .results()
                .map(block -> squeezed(block.group(1)))
                .toList();

        assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(here).contains(block));
    }

    @Test
    void everySinkOfTheGuideDescribesItself() {
        assertThat(List.of(look(), kafka(), files(), writer(), function(), format()))
                .extracting(Sink::describe)
                .containsExactly(
                        "display, 30 rows, the newest of each window_start, zip",
                        "kafka topic counts at broker-1:9093,broker-2:9093 by SASL_SSL, key JSON of window_start, zip,"
                                + " value JSON of all columns, options kafka.compression.type=zstd,"
                                + " kafka.sasl.jaas.config=***, kafka.sasl.mechanism=SCRAM-SHA-512,"
                                + " kafka.ssl.truststore.location=/etc/kafka/ca.pem, kafka.ssl.truststore.type=PEM",
                        "parquet files in s3a://bucket/hits, partitioned by day, options compression=zstd",
                        "foreach io.millrace.sinks.SinksGuideTest$AuditWriter",
                        "foreachBatch",
                        "format delta, options path=s3a://bucket/hits");
        assertThat(List.of(upsert(postgres()), upsert(mariaDb()), append(postgres())))
                .extracting(Sink::describe)
                .containsExactly(
                        "upsert into \"zip_traffic\" at localhost:5432/shop as traffic on window_start, zip,"
                                + " password(***)",
                        "upsert into \"zip_traffic\" at localhost:3306/shop as traffic on window_start, zip,"
                                + " password(***)",
                        "append exactly once to \"audit\" at localhost:5432/shop as traffic,"
                                + " deadLettersTo(refused), deadLettersAtMost(0.01), password(***)");
        assertThat(List.of(
                        shaped(postgres()),
                        tables(postgres(), Transforms.select("id", "pieces"), Transforms.select("id", "amount"))))
                .extracting(Sink::describe)
                .containsExactly(
                        "upsert into \"zip_traffic\" at localhost:5432/shop as traffic on window_start, zip,"
                                + " creatingTable(), addingColumns(), password(***)",
                        "by topic: orders -> select(id, pieces) -> upsert exactly once into \"orders\" at"
                                + " localhost:5432/shop as traffic on id, password(***); payments -> select(id, amount)"
                                + " -> append exactly once to \"payments\" at localhost:5432/shop as traffic,"
                                + " password(***)");
        assertThat(branches(
                                Transforms.jsonFields("value")
                                        .string("id", "$.id")
                                        .mark(),
                                Sinks.console(),
                                Sinks.console(),
                                Sinks.console())
                        .describe())
                .isEqualTo(
                        "malformed: jsonFields(value).string(id, $.id).mark().malformed() -> console, 20 rows a batch;"
                                + " archive: jsonFields(value).string(id, $.id).mark().good(), then select(id, zip,"
                                + " day) -> console, 20 rows a batch; express: jsonFields(value).string(id, $.id)"
                                + ".mark().good(), then where(express) -> console, 20 rows a batch");
        assertThat(letters(postgres()).describe()).contains(", deadLettersTo(kafka topic refused at broker-1:9092)");
        assertThat(refused(Transforms.jsonFields("value").string("id", "$.id").mark(), Sinks.console())
                        .describe())
                .contains("-> kafka topic refused at broker-1:9092, dead letters; table: ");
        KafkaSink counts = Sinks.kafka("broker-1:9092").topic("counts");
        assertThat(sized(counts, Sinks.console()).describe())
                .startsWith("counts: fitting(kafka topic counts) -> kafka topic counts at broker-1:9092, ")
                .endsWith("; large: oversized(kafka topic counts) -> console, 20 rows a batch");
        assertThat(several(postgres()).describe())
                .startsWith("table: upsert into \"hits\"")
                .endsWith("; archive: parquet files in s3a://bucket/hits; alerts: kafka topic alerts at broker-1:9092,"
                        + " key id, value JSON of all columns");
    }

    private static Sink look() {
        return Sinks.display().keyedBy("window_start", "zip").rows(30);
    }

    private static Sink kafka() {
        return Sinks.kafka("broker-1:9093,broker-2:9093")
                .topic("counts")
                .keyAsJson("window_start", "zip")
                .valueAsJson()
                .security(KafkaSecurity.scramSha512("writer", Secret.env("KAFKA_PASSWORD"))
                        .trusting(Path.of("/etc/kafka/ca.pem")))
                .option("kafka.compression.type", "zstd");
    }

    private static Sink files() {
        return Sinks.parquet("s3a://bucket/hits").partitionBy("day").option("compression", "zstd");
    }

    private static Sink writer() {
        return Sinks.foreach(new AuditWriter());
    }

    private static Sink function() {
        return Sinks.foreachBatch((rows, batchId) -> rows.write().mode("append").saveAsTable("hits"));
    }

    private static Sink format() {
        return Sinks.format("delta").option("path", "s3a://bucket/hits");
    }

    private static Database postgres() {
        Database database = Database.at("jdbc:postgresql://localhost:5432/shop")
                .user("traffic")
                .password(Secret.env("TRAFFIC_PASSWORD"));
        return database;
    }

    private static Database mariaDb() {
        Database database = Database.at("jdbc:mariadb://localhost:3306/shop")
                .user("traffic")
                .password(Secret.env("TRAFFIC_PASSWORD"));
        return database;
    }

    private static Sink upsert(Database database) {
        Sink traffic = Sinks.jdbc(database).table("zip_traffic").upsertOn("window_start", "zip");
        return traffic;
    }

    private static Sink append(Database database) {
        return Sinks.jdbc(database)
                .table("audit")
                .appendExactlyOnce()
                .deadLettersTo("refused")
                .deadLettersAtMost(0.01);
    }

    private static Sink shaped(Database database) {
        return Sinks.jdbc(database)
                .table("zip_traffic")
                .upsertOn("window_start", "zip")
                .creatingTable()
                .addingColumns();
    }

    private static Sink tables(Database database, Transform orders, Transform payments) {
        JdbcTarget shop = Sinks.jdbc(database);
        Sink tables = shop.tableFrom(
                "topic",
                Map.of(
                        "orders", shop.table("orders").upsertExactlyOnce("id").after(orders),
                        "payments", shop.table("payments").appendExactlyOnce().after(payments)));
        return tables;
    }

    @Test
    void theLookUpOfTheGuideDescribesItself() {
        assertThat(lookup(postgres()).describe())
                .isEqualTo("look up \"customers\" at localhost:5432/shop as traffic by customer_id, columns(segment,"
                        + " country), password(***)");
        BatchSink table = Sinks.jdbc(postgres()).table("orders").upsertOn("id");
        assertThat(new Orders()
                        .enriched(Sources.kafka("broker-1:9092").topics("orders"), lookup(postgres()), table)
                        .describe())
                .contains("markingMisses(customer_missing)");
    }

    private static JdbcLookup lookup(Database database) {
        JdbcLookup customers =
                Lookups.jdbc(database).table("customers").key("customer_id").columns("segment", "country");
        return customers;
    }

    private static final class Orders {
        Pipeline enriched(Source orders, JdbcLookup customers, BatchSink table) {
            return Pipeline.named("enriched")
                    .from(orders)
                    .via(customers.markingMisses("customer_missing"))
                    .to(Sinks.several("orders", Transforms.where("NOT customer_missing"), table)
                            .and("unknown", Transforms.where("customer_missing"), Sinks.parquet("unknown")));
        }
    }

    private static Sink several(Database database) {
        return Sinks.several("table", Sinks.jdbc(database).table("hits").upsertOn("id"))
                .and("archive", Sinks.parquet("s3a://bucket/hits"))
                .and(
                        "alerts",
                        Sinks.kafka("broker-1:9092")
                                .topic("alerts")
                                .keyFrom("id")
                                .valueAsJson());
    }

    private static Sink branches(JsonMarks orders, Sink malformed, Sink archive, Sink express) {
        return Sinks.several("malformed", orders.malformed(), malformed)
                .and("archive", orders.good().andThen(Transforms.select("id", "zip", "day")), archive)
                .and("express", orders.good().andThen(Transforms.where("express")), express);
    }

    private static Sink refused(JsonMarks orders, Sink table) {
        return Sinks.several(
                        "refused",
                        orders.malformed(),
                        Sinks.kafka("broker-1:9092").topic("refused").deadLetters())
                .and("table", orders.good(), table);
    }

    private static Sink sized(KafkaSink counts, Sink archive) {
        return Sinks.several("counts", counts.fitting(), counts).and("large", counts.oversized(), archive);
    }

    private static Sink letters(Database database) {
        return Sinks.jdbc(database)
                .table("hits")
                .upsertOn("id")
                .deadLettersTo(Sinks.kafka("broker-1:9092").topic("refused"));
    }

    /** Line breaks do not count. */
    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }

    private static final class AuditWriter extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean open(long partition, long epoch) {
            return true;
        }

        @Override
        public void process(Row row) {}

        @Override
        public void close(@Nullable Throwable fault) {}
    }
}
