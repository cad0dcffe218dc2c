package io.millrace.testkit;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** A sink that keeps the newest version of each id passes. */
class VersionedUpsertTest extends TestTableContract {
    @Override
    protected Promise promise() {
        return Promise.UPSERT;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        return rows.writeStream().foreach(new Writer(tableName()));
    }

    private static final class Writer extends BufferingWriter {
        private static final long serialVersionUID = 1L;

        Writer(String tableName) {
            super(tableName);
        }

        @Override
        void write(TestTable table, List<Row> written, String partitionAndEpoch) {
            table.upsertNewer(written);
        }
    }
}
