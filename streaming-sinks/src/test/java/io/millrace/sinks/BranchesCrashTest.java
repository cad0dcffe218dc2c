package io.millrace.sinks;

import static io.millrace.testkit.StreamKit.row;

import io.millrace.core.JsonMarks;
import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.Server;
import io.millrace.testkit.Input;
import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crash between any two branches loses and doubles nothing if their sinks promise so. */
@StreamingTest
class BranchesCrashTest {
    private static final JsonMarks ORDERS = Transforms.jsonFields("value")
            .bigint("id", "$.id")
            .string("zip", "$.zip")
            .mark();

    private final Path directory;
    private int runs;

    BranchesCrashTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aCrashBetweenAnyTwoBranchesLosesAndDoublesNothing(StreamKit kit) {
        kit.crashEverywhere(fresh -> {
            Server.execute(
                    "DROP TABLE IF EXISTS crash_upserts, crash_appends, crash_malformed",
                    "DROP TABLE IF EXISTS millrace_ledger, millrace_fence",
                    "CREATE TABLE crash_upserts (id bigint PRIMARY KEY, zip text)",
                    "CREATE TABLE crash_appends (id bigint, zip text)",
                    "CREATE TABLE crash_malformed (value bytea, reason text)");
            Path files = directory.resolve("run" + runs++);
            Input<KafkaRow> orders = fresh.kafka("orders");
            fresh.run(branches(orders, files), () -> target(fresh.spark(), files))
                    .batch(
                            "good and malformed",
                            b -> b.given(orders, order(1, "10"), KafkaRow.value("{"), order(2, "20")))
                    .batch("no malformed rows", b -> b.given(orders, order(3, "30"), order(1, "11")));
        });
    }

    private static KafkaRow order(long id, String zip) {
        return KafkaRow.value("{\"id\":" + id + ",\"zip\":\"" + zip + "\"}");
    }

    private static Pipeline branches(Source orders, Path files) {
        JdbcTarget target = Sinks.jdbc(Server.database());
        Transform good = ORDERS.good().andThen(Transforms.select("id", "zip"));
        return Pipeline.named("branches-that-crash")
                .from(orders)
                .via(ORDERS)
                .to(Sinks.several(
                                "malformed",
                                ORDERS.malformed().andThen(Transforms.select("value", "reason")),
                                target.table("crash_malformed").appendExactlyOnce())
                        .and("upserts", good, target.table("crash_upserts").upsertOn("id"))
                        .and("appends", good, target.table("crash_appends").appendExactlyOnce())
                        .and("files", good, Sinks.parquet(files)));
    }

    /** All rows that any branch has written, with the name of the branch. */
    private static List<Row> target(SparkSession spark, Path files) {
        List<Row> rows = new ArrayList<>();
        for (String table : List.of("crash_malformed", "crash_upserts", "crash_appends")) {
            Server.rows("SELECT t::text FROM " + table + " t").forEach(text -> rows.add(row(table, text)));
        }
        if (Files.exists(files.resolve("_spark_metadata"))) {
            spark.read()
                    .parquet(files.toString())
                    .collectAsList()
                    .forEach(file -> rows.add(row("files", file.toString())));
        }
        return rows;
    }
}
