package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.row;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** Sinks that break their promise in one way each. */
final class BrokenSinks {
    private BrokenSinks() {}

    /** A sink that changes what is written, or where it goes. */
    abstract static class BrokenSink extends TestTableContract {
        private final Promise promise;

        BrokenSink(Promise promise) {
            this.promise = promise;
        }

        @Override
        protected Promise promise() {
            return promise;
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return inBatches(rows, (batch, id) -> write(new ArrayList<>(batch.collectAsList()), id));
        }

        static DataStreamWriter<Row> inBatches(Dataset<Row> rows, VoidFunction2<Dataset<Row>, Long> write) {
            return rows.writeStream().foreachBatch(write);
        }

        void write(List<Row> rows, long batch) {
            if (promise == Promise.UPSERT) {
                table().upsertNewer(changed(rows));
            } else {
                table().appendOnce(batch, changed(rows));
            }
        }

        List<Row> changed(List<Row> rows) {
            return rows.stream().map(this::changed).toList();
        }

        Row changed(Row row) {
            return row;
        }
    }

    static final class WritesNothing extends BrokenSink {
        WritesNothing() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        List<Row> changed(List<Row> rows) {
            return List.of();
        }
    }

    static final class LosesOneRow extends BrokenSink {
        LosesOneRow() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        List<Row> changed(List<Row> rows) {
            rows.removeIf(row -> row.getLong(1) == 7);
            return rows;
        }
    }

    static final class DoublesOneRow extends BrokenSink {
        DoublesOneRow() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        List<Row> changed(List<Row> rows) {
            rows.addAll(rows.stream().filter(row -> row.getLong(1) == 7).toList());
            return rows;
        }
    }

    static final class CutsText extends BrokenSink {
        CutsText() {
            super(Promise.UPSERT);
        }

        @Override
        Row changed(Row row) {
            return row.isNullAt(2)
                    ? row
                    : row(row.get(0), row.get(1), row.getString(2).replaceFirst(" \".*", ""), row.get(3), row.get(4));
        }
    }

    static final class ZeroForNull extends BrokenSink {
        ZeroForNull() {
            super(Promise.UPSERT);
        }

        @Override
        Row changed(Row row) {
            return row(row.get(0), row.get(1), row.get(2), row.isNullAt(3) ? 0.0 : row.getDouble(3), row.get(4));
        }
    }

    static final class AppendsForUpsert extends BrokenSink {
        AppendsForUpsert() {
            super(Promise.UPSERT);
        }

        @Override
        void write(List<Row> rows, long batch) {
            table().append(rows);
        }
    }

    static final class KeepsFirst extends BrokenSink {
        KeepsFirst() {
            super(Promise.UPSERT);
        }

        @Override
        List<Row> changed(List<Row> rows) {
            List<Row> firsts = new ArrayList<>();
            for (Row row : rows) {
                if (firsts.stream().noneMatch(first -> first.getLong(0) == row.getLong(0))) {
                    firsts.add(row);
                }
            }
            return firsts;
        }
    }

    static final class FailsOnManyRows extends BrokenSink {
        FailsOnManyRows() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return inBatches(rows, (batch, id) -> {
                if (id > 0) {
                    throw new IllegalStateException("too many partitions");
                }
            });
        }
    }

    static final class FailsWhenEmpty extends BrokenSink {
        FailsWhenEmpty() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        List<Row> changed(List<Row> rows) {
            if (rows.isEmpty()) {
                throw new IllegalStateException("no rows to write");
            }
            return rows;
        }
    }

    static final class FewerColumns extends BrokenSink {
        FewerColumns() {
            super(Promise.UPSERT);
        }

        @Override
        Row changed(Row row) {
            return RowFactory.create(row.get(0), row.get(1));
        }
    }

    static final class NoOutage extends SinkContract {
        private final List<Row> target = new ArrayList<>();

        @Override
        protected Promise promise() {
            return Promise.APPEND_EXACTLY_ONCE;
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return BrokenSink.inBatches(rows, (batch, id) -> target.addAll(batch.collectAsList()));
        }

        @Override
        protected List<Row> target() {
            return target;
        }

        @Override
        protected void reset() {
            target.clear();
        }
    }
}
