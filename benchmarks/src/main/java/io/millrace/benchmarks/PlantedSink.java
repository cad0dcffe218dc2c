package io.millrace.benchmarks;

import io.millrace.testkit.SinkContract;
import io.millrace.testkit.SinkContract.Promise;
import io.millrace.testkit.TargetLimit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A sink for {@link SinkContractProofs}.
 *
 * @param fault what is wrong with it, or "sound: " and what it is
 * @param table its table in PostgreSQL; empty for {@link MemoryTable}
 */
record PlantedSink(String fault, Promise promise, StructType columns, List<String> keys, String table, Code code) {
    static final StructType WITH_DELETES = SinkContract.COLUMNS.add("deleted", "boolean", false);
    static final String SOUND = "sound: ";
    static final String TABLE = "CREATE TABLE planted (id bigint, version bigint, name text, amount double precision,"
            + " seen timestamptz)";
    static final String KEYED = TABLE.replace("id bigint", "id bigint PRIMARY KEY");

    /** Writes a stream. */
    @FunctionalInterface
    interface Code {
        DataStreamWriter<Row> write(Dataset<Row> rows);
    }

    /** Writes a batch. */
    @FunctionalInterface
    interface Batch {
        void write(Dataset<Row> rows, long id) throws Exception;
    }

    static PlantedSink inMemory(String fault, Promise promise, Batch batch) {
        return of(fault, promise, "", batch);
    }

    static PlantedSink of(String fault, Promise promise, String table, Batch batch) {
        return new PlantedSink(fault, promise, SinkContract.COLUMNS, List.of("id"), table, eachBatch(batch));
    }

    static Code eachBatch(Batch batch) {
        return rows -> rows.writeStream().foreachBatch((data, id) -> {
            batch.write(data, id);
        });
    }

    PlantedSink withColumns(StructType others, String... otherKeys) {
        return new PlantedSink(fault, promise, others, List.of(otherKeys), table, code);
    }

    boolean isSound() {
        return fault.startsWith(SOUND);
    }

    boolean isInMemory() {
        return table.isEmpty();
    }

    String place() {
        return isInMemory() ? "in memory" : "in PostgreSQL";
    }

    Set<TargetLimit> limits() {
        return isInMemory() ? EnumSet.noneOf(TargetLimit.class) : EnumSet.of(TargetLimit.NUL_CHARACTER);
    }

    /** {@code row} with another value in a column. */
    static Row with(Row row, int column, @Nullable Object value) {
        @Nullable Object[] values = new Object[row.length()];
        for (int index = 0; index < values.length; index++) {
            values[index] = index == column ? value : row.get(index);
        }
        return RowFactory.create(values);
    }
}
