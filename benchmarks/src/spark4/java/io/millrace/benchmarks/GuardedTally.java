package io.millrace.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.ListState;
import org.apache.spark.sql.streaming.MapState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Sums of numbers in variables that a text names, such as {@code sum: value INT; all: list n INT, m INT ttl 60}: a
 * name, a kind, its fields, and the seconds that values live.
 */
final class GuardedTally<K> extends StatefulProcessor<K, Row, Row> {
    private static final long serialVersionUID = 1L;

    private final String variables;

    @SuppressWarnings("NullAway.Init") // Spark calls init first.
    private transient List<IntUnaryOperator> sums;

    private GuardedTally(String variables) {
        this.variables = variables;
    }

    static Dataset<Row> of(Dataset<Row> rows, String variables, TimeMode time, OutputMode mode) {
        MapFunction<Row, String> zip = row -> row.getString(0);
        return tally(rows.groupByKey(zip, Encoders.STRING()), variables, time, mode);
    }

    static Dataset<Row> byNumber(Dataset<Row> rows, String variables) {
        MapFunction<Row, Integer> number = row -> row.getInt(2);
        return tally(rows.groupByKey(number, Encoders.INT()), variables, TimeMode.None(), OutputMode.Update());
    }

    private static <K> Dataset<Row> tally(
            KeyValueGroupedDataset<K, Row> groups, String variables, TimeMode time, OutputMode mode) {
        return groups.transformWithState(
                new GuardedTally<>(variables), time, mode, Encoders.row(StructType.fromDDL("zip STRING, sums STRING")));
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        sums = new ArrayList<>();
        for (String variable : variables.split("; ", -1)) {
            sums.add(variable(variable));
        }
    }

    private IntUnaryOperator variable(String text) {
        String[] parts = text.split(": |(?<=value|list|map) | ttl ", -1);
        String fields = parts[2].contains(" ") ? parts[2] : "n " + parts[2];
        StructType type = StructType.fromDDL(fields);
        Encoder<Row> encoder = Encoders.row(type);
        TTLConfig life =
                parts.length > 3 ? new TTLConfig(Duration.ofSeconds(Long.parseLong(parts[3]))) : TTLConfig.NONE();
        switch (parts[1]) {
            case "list" -> {
                ListState<Row> state = getHandle().getListState(parts[0], encoder, life);
                return number -> {
                    state.appendValue(row(type, number));
                    return number;
                };
            }
            case "map" -> {
                MapState<String, Row> state = getHandle().getMapState(parts[0], Encoders.STRING(), encoder, life);
                return number -> {
                    state.updateValue("a", row(type, number));
                    return number;
                };
            }
            default -> {
                ValueState<Row> state = getHandle().getValueState(parts[0], encoder, life);
                return number -> {
                    int sum = number + (state.exists() ? state.get().getInt(type.fieldIndex("n")) : 0);
                    state.update(row(type, sum));
                    return sum;
                };
            }
        }
    }

    /** A row with {@code number} as {@code n}, and its negative as any other field. */
    private static Row row(StructType type, int number) {
        Object[] values = new Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.fieldNames()[i].equals("n") ? number : -number;
        }
        return RowFactory.create(values);
    }

    @Override
    public Iterator<Row> handleInputRows(K key, Iterator<Row> rows, TimerValues times) {
        int added = 0;
        while (rows.hasNext()) {
            added += rows.next().getInt(2);
        }
        List<Integer> all = new ArrayList<>();
        for (IntUnaryOperator sum : sums) {
            all.add(sum.applyAsInt(added));
        }
        return CollectionConverters.asScala(List.of(RowFactory.create(
                        key.toString(), all.stream().sorted().toList().toString()))
                .iterator());
    }
}
