package io.millrace.sinks.jdbc;

import io.millrace.core.BatchSink;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * A driver with a query for each strategy. It ends as if it was killed when all of them are between the database's
 * commit of batch 1 and Spark's.
 */
final class HaltingDriver {
    static final int HALTED = 42;
    private static final long LAST_BATCH = 1;
    private static final Set<JdbcStrategy> COMMITTED = EnumSet.noneOf(JdbcStrategy.class);

    private HaltingDriver() {}

    /** Arguments: URL, directory of the checkpoints. */
    public static void main(String[] arguments) throws Exception {
        // A halting task keeps its slot.
        TestStreams.session("local[" + 2 * JdbcStrategy.values().length + "]");
        JdbcTarget target = Sinks.jdbc(ChildDriver.database(arguments[0]));
        for (long batch = 0; batch <= LAST_BATCH; batch++) {
            List<StreamingQuery> queries = new ArrayList<>();
            for (JdbcStrategy strategy : JdbcStrategy.values()) {
                queries.add(halting(strategy, strategy.into(target.table(JdbcHaltTest.table(strategy))))
                        .option(
                                "checkpointLocation",
                                Path.of(arguments[1], strategy.name()).toString())
                        .trigger(Trigger.AvailableNow())
                        .start());
            }
            for (StreamingQuery query : queries) {
                query.awaitTermination();
            }
        }
    }

    private static DataStreamWriter<Row> halting(JdbcStrategy strategy, BatchSink sink) {
        Dataset<Row> rows = Batches.stream(2, "cast(value AS int) AS id", "'v' || value AS value");
        if (sink instanceof JdbcUpsert upsert) {
            return rows.writeStream().foreach(new Halting(strategy, upsert.writer(rows.schema())));
        }
        VoidFunction2<Dataset<Row>, Long> writer = sink.batchesOf(rows);
        VoidFunction2<Dataset<Row>, Long> halting = (data, id) -> {
            writer.call(data, id);
            haltIn(id, strategy);
        };
        return rows.writeStream().foreachBatch(halting);
    }

    private static void haltIn(long batch, JdbcStrategy strategy) {
        if (batch == LAST_BATCH) {
            synchronized (COMMITTED) {
                COMMITTED.add(strategy);
                if (COMMITTED.size() == JdbcStrategy.values().length) {
                    Runtime.getRuntime().halt(HALTED);
                }
            }
            while (true) {
                LockSupport.park();
            }
        }
    }

    private static final class Halting extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        private final JdbcStrategy strategy;
        private final ForeachWriter<Row> writer;
        private transient long epoch;

        Halting(JdbcStrategy strategy, ForeachWriter<Row> writer) {
            this.strategy = strategy;
            this.writer = writer;
        }

        @Override
        public boolean open(long partition, long epoch) {
            this.epoch = epoch;
            return writer.open(partition, epoch);
        }

        @Override
        public void process(Row row) {
            writer.process(row);
        }

        @Override
        public void close(@Nullable Throwable error) {
            writer.close(error);
            haltIn(epoch, strategy);
        }
    }
}
