package io.millrace.testkit;

import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** A sink that appends whatever it is given keeps the promise of at least once. */
class AtLeastOnceTest extends TestTableContract {
    @Override
    protected Promise promise() {
        return Promise.APPEND_AT_LEAST_ONCE;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        TestTable table = table();
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> {
            List<Row> all = batch.collectAsList();
            table.append(all);
        };
        return rows.writeStream().foreachBatch(write);
    }
}
