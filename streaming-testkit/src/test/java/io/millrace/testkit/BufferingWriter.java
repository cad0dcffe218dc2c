package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

/** A writer that keeps its rows until it is closed without an error. */
abstract class BufferingWriter extends ForeachWriter<Row> {
    private static final long serialVersionUID = 1L;

    final String tableName;
    private transient List<Row> rows = new ArrayList<>();
    private transient String work = "";

    BufferingWriter(String tableName) {
        this.tableName = tableName;
    }

    @Override
    public boolean open(long partition, long epoch) {
        rows = new ArrayList<>();
        work = partition + " of " + epoch;
        return true;
    }

    @Override
    public void process(Row row) {
        rows.add(row);
    }

    @Override
    public void close(Throwable error) {
        if (error == null) {
            write(TestTable.named(tableName), rows, work);
        }
    }

    abstract void write(TestTable table, List<Row> written, String partitionAndEpoch);
}
