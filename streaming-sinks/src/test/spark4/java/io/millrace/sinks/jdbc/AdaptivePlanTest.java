package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark 4 plans the batches of a stateless query anew, so that a rerun has other partitions. */
class AdaptivePlanTest {
    private static final String SUMMARY = "SELECT count(*), count(DISTINCT id), min(id), max(id) FROM adapted";
    private static final JdbcTarget TARGET = Sinks.jdbc(Server.database()).table("adapted");

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP TABLE IF EXISTS adapted, millrace_ledger, millrace_fence",
                "CREATE TABLE adapted (id bigint PRIMARY KEY)");
    }

    @Test
    void anAppendedBatchIsInTheTableOnceHoweverItIsPlanned(@TempDir Path checkpoint) throws Exception {
        AtomicInteger partitions = new AtomicInteger();
        for (boolean adaptive : new boolean[] {true, false, true}) {
            Dataset<Row> rows = shuffled(adaptive);
            VoidFunction2<Dataset<Row>, Long> batches =
                    TARGET.appendExactlyOnce().batchesOf(rows);
            Batches.batch(
                    rows.writeStream().foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> {
                        partitions.set(batch.rdd().getNumPartitions());
                        batches.call(batch, id);
                    }),
                    checkpoint);
            assertThat(partitions.get()).isEqualTo(adaptive ? 1 : 7);
            Batches.uncommit(checkpoint);
        }

        assertThat(Server.rows(SUMMARY)).containsExactly("30|30|0|29");
    }

    @Test
    void anUpsertedBatchIsInTheTableOnceHoweverItIsPlanned(@TempDir Path checkpoint) throws Exception {
        for (boolean adaptive : new boolean[] {true, false, true}) {
            Batches.batch(TARGET.upsertOn("id").write(shuffled(adaptive)), checkpoint);
            Batches.uncommit(checkpoint);
        }

        assertThat(Server.rows(SUMMARY)).containsExactly("30|30|0|29");
    }

    private static Dataset<Row> shuffled(boolean adaptive) {
        Dataset<Row> rows = Batches.stream(3, "value AS id");
        rows.sparkSession().conf().set("spark.sql.adaptive.enabled", adaptive);
        rows.sparkSession().conf().set("spark.sql.shuffle.partitions", 7);
        return rows.repartition(functions.col("id"));
    }
}
