package io.millrace.sinks;

import java.nio.file.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** A driver of its own that ends, like a killed one, between the database's commit of batch 1 and Spark's. */
final class HaltingDriver {
    static final int HALTED = 42;
    private static final long LAST_BATCH = 1;

    private HaltingDriver() {}

    /** URL, verb, checkpoint. */
    public static void main(String[] arguments) throws Exception {
        JdbcTarget target = Sinks.jdbc(ChildDriver.database(arguments[0])).table("halted");
        Dataset<Row> rows = Batches.stream(2, "cast(value AS int) AS id", "'v' || value AS value");
        for (long batch = 0; batch <= LAST_BATCH; batch++) {
            if (arguments[1].equals("upsertOn")) {
                Batches.batch(
                        rows.writeStream()
                                .foreach(new Halting(target.upsertOn("id").writer(rows.schema()))),
                        Path.of(arguments[2]));
            } else {
                VoidFunction2<Dataset<Row>, Long> writer =
                        target.appendExactlyOnce().writer(rows.schema());
                VoidFunction2<Dataset<Row>, Long> halting = (data, id) -> {
                    writer.call(data, id);
                    haltIn(id);
                };
                Batches.batch(rows.writeStream().foreachBatch(halting), Path.of(arguments[2]));
            }
        }
    }

    private static void haltIn(long batch) {
        if (batch == LAST_BATCH) {
            Runtime.getRuntime().halt(HALTED);
        }
    }

    private static final class Halting extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        private final ForeachWriter<Row> writer;
        private transient long epoch;

        Halting(ForeachWriter<Row> writer) {
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
            haltIn(epoch);
        }
    }
}
