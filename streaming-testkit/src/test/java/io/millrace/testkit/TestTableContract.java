package io.millrace.testkit;

import java.util.List;
import org.apache.spark.sql.Row;

/** The contract for a sink into a {@link TestTable} named like its class. */
abstract class TestTableContract extends SinkContract {
    String tableName() {
        return getClass().getName();
    }

    TestTable table() {
        return TestTable.named(tableName());
    }

    @Override
    protected List<Row> target() {
        return table().rows();
    }

    @Override
    protected void reset() {
        table().clear();
    }

    @Override
    protected AutoCloseable outage() {
        table().broken(true);
        return () -> table().broken(false);
    }

    @Override
    protected TargetFaults faults() {
        return table().faults();
    }

    @Override
    protected List<Class<?>> targetClasses() {
        return List.of(TestTable.class);
    }
}
