package io.millrace.sinks;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

class JdbcAppendContractTest extends JdbcContract {
    @Override
    protected Promise promise() {
        return Promise.APPEND_EXACTLY_ONCE;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        return TARGET.appendExactlyOnce().write(rows);
    }

    @Override
    String key() {
        return "";
    }
}
