package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads the state in a checkpoint, through Spark's own data source of it. */
final class StateReader {
    /** Spark's name of the time until which a value lives, in milliseconds. */
    private static final String EXPIRY = "ttlExpirationMs";

    /** Spark's name of the time of a timer, in milliseconds. */
    private static final String TIMER = "expiration_timestamp_ms";

    private static final Pattern STATE_VARIABLE = Pattern.compile("\"stateName\"\\s*:\\s*\"([^\"]+)\"");

    private final SparkSession spark;
    private final Checkpoint checkpoint;

    StateReader(SparkSession spark, Checkpoint checkpoint) {
        this.spark = spark;
        this.checkpoint = checkpoint;
    }

    /**
     * The state {@code name} after the last batch, with the columns of its key and then those of its value.
     *
     * @throws IllegalArgumentException if the query has no such state
     * @throws IllegalStateException if this Spark cannot read state, or no batch has run
     */
    Dataset<Row> read(String name) {
        if (SparkVersion.minor().startsWith("3.")) {
            throw new IllegalStateException(
                    "state(\"" + name + "\"): reading the rows of the state needs Spark 4.1, and" + " this is Spark "
                            + SparkVersion.minor() + ". stateRows(..) counts them on any Spark.");
        }
        Map<String, Map<String, String>> states = states();
        Map<String, String> options = states.get(name);
        if (options == null) {
            throw new IllegalArgumentException("state(\"" + name + "\"): "
                    + (states.isEmpty()
                            ? "the query keeps no state."
                            : "there is no such state. The query has " + String.join(", ", states.keySet()) + "."));
        }
        return flat(source("statestore").options(options).load());
    }

    private DataFrameReader source(String format) {
        return spark.read().format(format).option("path", checkpoint.location());
    }

    /** The states of the query by name, each with the options that read it. */
    private Map<String, Map<String, String>> states() {
        Map<String, Map<String, String>> states = new LinkedHashMap<>();
        List<Row> stores = source("state-metadata")
                .load()
                .orderBy("operatorId")
                .dropDuplicates("operatorId")
                .collectAsList();
        for (Row store : stores) {
            String id = Long.toString(store.getLong(store.fieldIndex("operatorId")));
            views(store).forEach((name, options) -> {
                Map<String, String> all = new LinkedHashMap<>(options);
                all.put("operatorId", id);
                states.put(states.containsKey(name) ? name + ":" + id : name, all);
            });
        }
        return states;
    }

    /** What can be read of one operator: its only state, one for each side of a join, or one for each variable. */
    private static Map<String, Map<String, String>> views(Row store) {
        String operator = store.getString(store.fieldIndex("operatorName"));
        if (operator.equals("symmetricHashJoin")) {
            return Map.of("left", Map.of("joinSide", "left"), "right", Map.of("joinSide", "right"));
        }
        if (!operator.startsWith("transformWithState")) {
            return Map.of(operator, Map.of());
        }
        Map<String, Map<String, String>> variables = new LinkedHashMap<>();
        Matcher names = STATE_VARIABLE.matcher(store.getString(store.fieldIndex("operatorProperties")));
        while (names.find()) {
            boolean timers = names.group(1).startsWith("$");
            variables.put(
                    timers ? "timers" : names.group(1),
                    timers ? Map.of("readRegisteredTimers", "true") : Map.of("stateVarName", names.group(1)));
        }
        return variables;
    }

    private static Dataset<Row> flat(Dataset<Row> state) {
        List<Column> columns = new ArrayList<>();
        for (StructField field : state.schema().fields()) {
            if (!field.name().equals("partition_id")) {
                add(columns, functions.col(field.name()), field);
            }
        }
        return state.select(columns.toArray(Column[]::new));
    }

    private static Column time(Column millis) {
        return functions.timestamp_millis(millis).as("expires");
    }

    /** Adds the columns of a key or of a value; a single value is named after what it is. */
    private static void add(List<Column> columns, Column column, StructField field) {
        if (!(field.dataType() instanceof StructType struct)) {
            columns.add(field.name().equals(TIMER) ? time(column) : column);
            return;
        }
        boolean expires = List.of(struct.fieldNames()).contains(EXPIRY);
        for (StructField inner : struct.fields()) {
            Column part = column.getField(inner.name());
            if (inner.name().equals(EXPIRY)) {
                columns.add(time(part));
            } else if (expires && inner.dataType() instanceof StructType) {
                add(columns, part, inner.copy(field.name(), inner.dataType(), inner.nullable(), inner.metadata()));
            } else {
                columns.add(part.as(inner.name().equals("value") ? field.name() : inner.name()));
            }
        }
    }
}
