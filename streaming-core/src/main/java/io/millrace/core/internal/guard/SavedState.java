package io.millrace.core.internal.guard;

import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.spark.FunctionState;
import io.millrace.core.internal.spark.StateFunctions;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/**
 * The state in a checkpoint, read as Spark's {@code StateSchemaCompatibilityChecker} does: a directory for each step,
 * and in it a file with the types of keys and values.
 *
 * @param steps the number of steps with state
 * @param types those of the steps whose types are kept where aggregates have them
 * @param functions those of the steps that are functions with variables of state
 */
record SavedState(int steps, List<StateTypes> types, List<FunctionState> functions) {
    static SavedState of(SparkSession spark, String location) throws IOException {
        Path state = new Path(location, "state");
        List<String> operators = CheckpointFiles.names(spark, state).stream()
                .filter(name -> name.matches("\\d+"))
                .sorted(Comparator.comparing(Integer::valueOf))
                .toList();
        List<StateTypes> types = new ArrayList<>();
        List<FunctionState> functions = new ArrayList<>();
        for (String operator : operators) {
            types(spark, new Path(state, operator + "/0/_metadata/schema")).ifPresent(types::add);
            StateFunctions.saved(spark, new Path(state, operator)).ifPresent(functions::add);
        }
        return new SavedState(operators.size(), types, functions);
    }

    private static Optional<StateTypes> types(SparkSession spark, Path file) throws IOException {
        Optional<InputStream> opened = CheckpointFiles.open(spark, file);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (DataInputStream input = new DataInputStream(opened.get())) {
            return switch (input.readUTF()) {
                case "v1" -> Optional.of(types(input.readUTF(), input.readUTF()));
                case "v2" -> Optional.of(types(chunks(input), chunks(input)));
                default -> Optional.empty();
            };
        }
    }

    private static String chunks(DataInputStream input) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int left = input.readInt(); left > 0; left--) {
            text.append(input.readUTF());
        }
        return text.toString();
    }

    private static StateTypes types(String keys, String values) {
        return new StateTypes(columns(keys), Optional.of(columns(values)));
    }

    private static String columns(String schema) {
        return Arrays.stream(((StructType) DataType.fromJson(schema)).fields())
                .map(field -> nameless(field.dataType()))
                .collect(Collectors.joining(","));
    }

    /** A type without the names of its fields, which Spark does not compare. */
    static String nameless(DataType type) {
        if (type instanceof StructType struct) {
            return Arrays.stream(struct.fields())
                    .map(field -> nameless(field.dataType()))
                    .collect(Collectors.joining(",", "struct<", ">"));
        }
        if (type instanceof ArrayType array) {
            return "array<" + nameless(array.elementType()) + ">";
        }
        if (type instanceof MapType map) {
            return "map<" + nameless(map.keyType()) + "," + nameless(map.valueType()) + ">";
        }
        return type.catalogString();
    }
}
