package io.millrace.testkit;

import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** A sink that keeps a ledger of batches beside the rows passes. */
class LedgerAppendTest extends TestTableContract {
    @Override
    protected Promise promise() {
        return Promise.APPEND_EXACTLY_ONCE;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        TestTable table = table();
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> table.appendOnce(id, batch.collectAsList());
        return rows.writeStream().foreachBatch(write);
    }
}
