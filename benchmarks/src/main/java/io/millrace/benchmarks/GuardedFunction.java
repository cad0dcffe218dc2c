package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;

/** The first number and the sum of each zip code, until a minute after its last time, if there is a timeout. */
final class GuardedFunction implements FlatMapGroupsWithStateFunction<String, Row, Row, Row> {
    private static final long serialVersionUID = 1L;
    private static final long MINUTE = 60_000;

    private final GroupStateTimeout timeout;
    private final List<String> fields;

    private GuardedFunction(GroupStateTimeout timeout, List<String> fields) {
        this.timeout = timeout;
        this.fields = fields;
    }

    /** A state with the {@code fields} that DDL names; {@code first} and {@code sum} are filled. */
    static Dataset<Row> of(Dataset<Row> rows, String fields, GroupStateTimeout timeout) {
        StructType state = StructType.fromDDL(fields);
        MapFunction<Row, String> zip = row -> row.getString(0);
        return rows.groupByKey(zip, Encoders.STRING())
                .flatMapGroupsWithState(
                        new GuardedFunction(timeout, List.of(state.fieldNames())),
                        OutputMode.Update(),
                        Encoders.row(state),
                        Encoders.row(StructType.fromDDL("zip STRING, first STRING, sum STRING")),
                        timeout);
    }

    @Override
    public Iterator<Row> call(String zip, Iterator<Row> rows, GroupState<Row> state) {
        if (state.hasTimedOut()) {
            state.remove();
            return List.of(RowFactory.create(zip, "gone", "gone")).iterator();
        }
        int first = state.exists() ? number(state.get(), "first") : -1;
        int sum = state.exists() ? number(state.get(), "sum") : 0;
        long latest = 0;
        while (rows.hasNext()) {
            Row row = rows.next();
            first = first < 0 ? row.getInt(2) : first;
            sum += row.getInt(2);
            latest = Math.max(latest, row.getTimestamp(4).getTime());
        }
        List<Object> values = new ArrayList<>();
        for (String field : fields) {
            values.add(field.equals("first") ? (Object) first : sum);
        }
        state.update(RowFactory.create(values.toArray()));
        if (timeout.equals(GroupStateTimeout.ProcessingTimeTimeout())) {
            state.setTimeoutDuration(60 * MINUTE);
        } else if (timeout.equals(GroupStateTimeout.EventTimeTimeout())) {
            state.setTimeoutTimestamp(Math.max(latest, state.getCurrentWatermarkMs()) + MINUTE);
        }
        return List.of(RowFactory.create(zip, "" + first, "" + sum)).iterator();
    }

    private int number(Row state, String field) {
        return ((Number) state.get(fields.indexOf(field))).intValue();
    }
}
