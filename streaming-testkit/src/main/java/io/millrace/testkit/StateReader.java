package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** Spark's name of the time of a timeout, in milliseconds; -1 if there is none. */
    private static final String TIMEOUT = "timeoutTimestamp";

    private static final String FUNCTION = "flatMapGroupsWithState";
    private static final String READS_TIMERS = "readRegisteredTimers";

    private static final Pattern STATE_VARIABLE = Pattern.compile("\"stateName\"\\s*:\\s*\"([^\"]+)\"");

    /** How Spark's names of the timers begin, of either time. */
    private static final Pattern TIMERS = Pattern.compile("\\$(proc|event)Timers");

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
        List<State> states = states();
        List<State> found = named(name, states);
        if (found.size() != 1) {
            throw new IllegalArgumentException("state(\"" + name + "\"): " + reason(found, states));
        }
        return flat(source("statestore").options(found.get(0).options()).load());
    }

    /** When a key of a function with state or of {@code transformWithState} is next called without a row. */
    record Timer(String key, Instant at) {}

    /** The timers and timeouts that are set; none if this Spark cannot read them. */
    List<Timer> timers() {
        if (SparkVersion.minor().startsWith("3.")) {
            return List.of();
        }
        return states().stream()
                .filter(state -> state.options().containsKey(READS_TIMERS)
                        || state.name().equals(FUNCTION))
                .flatMap(state ->
                        timers(source("statestore").options(state.options()).load()).stream())
                .toList();
    }

    private static List<Timer> timers(Dataset<Row> state) {
        List<String> columns = List.of(state.columns());
        Column at = columns.contains(TIMER) ? functions.col(TIMER) : functions.col("value." + TIMEOUT);
        return state.select(functions.col("key"), at.as("at")).where("at > 0").collectAsList().stream()
                .map(timer -> new Timer(key(timer.get(0)), Instant.ofEpochMilli(timer.getLong(1))))
                .toList();
    }

    private static String key(Object key) {
        return key instanceof Row row && row.length() == 1 ? RowText.value(row.get(0)) : RowText.value(key);
    }

    private static List<State> named(String name, List<State> states) {
        List<State> found =
                states.stream().filter(state -> state.fullName().equals(name)).toList();
        return found.isEmpty()
                ? states.stream().filter(state -> state.name().equals(name)).toList()
                : found;
    }

    /** Why {@code found} is not one state. */
    private static String reason(List<State> found, List<State> states) {
        if (states.isEmpty()) {
            return "the query keeps no state.";
        }
        if (found.isEmpty()) {
            return "there is no such state. The query has "
                    + states.stream()
                            .map(state -> named(state.name(), states).size() == 1 ? state.name() : state.fullName())
                            .collect(Collectors.joining(", "))
                    + ".";
        }
        return found.size() + " states have this name. Choose one of "
                + found.stream().map(state -> state.fullName() + state.kind()).collect(Collectors.joining(", ")) + ".";
    }

    private DataFrameReader source(String format) {
        return spark.read().format(format).option("path", checkpoint.location());
    }

    /**
     * One state that can be read.
     *
     * @param fullName as {@code name}, with the number of the operator: no other state of the query has it
     * @param kind what it is, for a message; may be empty
     */
    private record State(String name, String fullName, String kind, Map<String, String> options) {
        static State of(String name, String kind, String operator, Map<String, String> options) {
            Map<String, String> all = new HashMap<>(options);
            all.put("operatorId", operator);
            return new State(name, name + ":" + operator, kind, all);
        }
    }

    /** The states of the query, in the order of Spark's numbers of the operators. */
    private List<State> states() {
        return source("state-metadata")
                .load()
                .dropDuplicates("operatorId")
                .orderBy("operatorId")
                .collectAsList()
                .stream()
                .flatMap(StateReader::statesOf)
                .toList();
    }

    /** What can be read of one operator: its only state, one for each side of a join, or one for each variable. */
    private static Stream<State> statesOf(Row store) {
        String id = Long.toString(store.getLong(store.fieldIndex("operatorId")));
        String operator = store.getString(store.fieldIndex("operatorName"));
        if (operator.equals("symmetricHashJoin")) {
            return Stream.of("left", "right").map(side -> State.of(side, "", id, Map.of("joinSide", side)));
        }
        if (!operator.startsWith("transformWithState")) {
            return Stream.of(State.of(operator, "", id, Map.of()));
        }
        return STATE_VARIABLE
                .matcher(store.getString(store.fieldIndex("operatorProperties")))
                .results()
                .map(variable -> variable(variable.group(1), id))
                .distinct()
                .sorted(Comparator.comparing(State::name).thenComparing(State::fullName));
    }

    private static State variable(String name, String operator) {
        return TIMERS.matcher(name).lookingAt()
                ? new State(
                        "timers",
                        "$timers:" + operator,
                        " (the timers)",
                        Map.of("operatorId", operator, READS_TIMERS, "true"))
                : State.of(name, " (the state variable)", operator, Map.of("stateVarName", name));
    }

    private static Dataset<Row> flat(Dataset<Row> state) {
        List<Part> parts = new ArrayList<>();
        for (StructField field : state.schema().fields()) {
            if (!field.name().equals("partition_id")) {
                add(parts, functions.col(field.name()), field);
            }
        }
        Set<String> taken = new HashSet<>();
        parts.stream().filter(Part::isTime).forEach(time -> taken.add(time.name()));
        return state.select(parts.stream()
                .map(part -> part.isTime() || taken.add(part.name())
                        ? part.column().as(part.name())
                        : part.column().as(part.fullName()))
                .toArray(Column[]::new));
    }

    /**
     * A part of a key or of a value.
     *
     * @param fullName its name if another part has {@code name}
     * @param isTime whether it is when a value expires or a timer fires
     */
    private record Part(Column column, String name, String fullName, boolean isTime) {
        static Part time(Column millis) {
            return new Part(functions.timestamp_millis(millis), "expires", "expires", true);
        }
    }

    /** Adds the parts of a key or of a value; a single value is named after what it is. */
    private static void add(List<Part> parts, Column column, StructField field) {
        if (!(field.dataType() instanceof StructType struct)) {
            parts.add(
                    field.name().equals(TIMER)
                            ? Part.time(column)
                            : new Part(column, field.name(), field.name(), false));
            return;
        }
        boolean expires = List.of(struct.fieldNames()).contains(EXPIRY);
        for (StructField inner : struct.fields()) {
            Column part = column.getField(inner.name());
            if (inner.name().equals(EXPIRY)) {
                parts.add(Part.time(part));
            } else if (expires && inner.dataType() instanceof StructType) {
                add(parts, part, inner.copy(field.name(), inner.dataType(), inner.nullable(), inner.metadata()));
            } else {
                String name = inner.name().equals("value") ? field.name() : inner.name();
                parts.add(new Part(part, name, field.name() + "." + inner.name(), false));
            }
        }
    }
}
