package io.millrace.sinks;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

class JdbcVersionedContractTest extends JdbcContract {
    @Override
    protected Promise promise() {
        return Promise.UPSERT_BY_ID;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        return TARGET.upsertOn("id").versionedBy("version").write(rows);
    }

    @Override
    String key() {
        return " PRIMARY KEY";
    }
}
