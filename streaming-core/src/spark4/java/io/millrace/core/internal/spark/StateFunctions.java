package io.millrace.core.internal.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.TransformWithState;
import org.apache.spark.sql.execution.streaming.operators.stateful.transformwithstate.TransformWithStateOperatorProperties;
import org.apache.spark.sql.execution.streaming.operators.stateful.transformwithstate.TransformWithStateVariableInfo;
import org.apache.spark.sql.execution.streaming.operators.stateful.transformwithstate.statefulprocessor.DriverStatefulProcessorHandleImpl;
import org.apache.spark.sql.execution.streaming.state.OperatorStateMetadataUtils;
import org.apache.spark.sql.execution.streaming.state.OperatorStateMetadataV2;
import org.apache.spark.sql.execution.streaming.state.StateSchemaCompatibilityChecker$;
import org.apache.spark.sql.execution.streaming.state.StateStoreColFamilySchema;
import org.apache.spark.sql.execution.streaming.state.StateStoreMetadataV2;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.Utils;

/** Functions with variables of state, as in {@code transformWithState}: for Spark 4.1 and 4.2. */
public final class StateFunctions {
    private static final String TIMERS = "TimerState";
    private static final String OF_ALL_KEYS = "default";

    private StateFunctions() {}

    /** Whether {@code node} is one. */
    public static boolean isOne(LogicalPlan node) {
        return node instanceof TransformWithState;
    }

    /** The columns by which the one of {@code node} groups. */
    public static List<Attribute> keys(LogicalPlan node) {
        return ScalaCollections.list(((TransformWithState) node).groupingAttributes());
    }

    /** The columns that the one of {@code node} gets. */
    public static List<Attribute> columns(LogicalPlan node) {
        return ScalaCollections.list(((TransformWithState) node).dataAttributes());
    }

    /** The state of those of {@code plan}, in the order in which Spark numbers them. */
    public static List<FunctionState> in(LogicalPlan plan) {
        List<FunctionState> found = new ArrayList<>();
        if (plan instanceof TransformWithState call && call.isStreaming()) {
            found.add(of(call));
        }
        ScalaCollections.list(plan.children()).forEach(child -> found.addAll(in(child)));
        return found;
    }

    /** Spark too asks a function for its variables on the driver; a copy of it leaves the one of the plan as it is. */
    private static FunctionState of(TransformWithState call) {
        StatefulProcessor<Object, Object, Object> function = Utils.deserialize(
                Utils.serialize(call.statefulProcessor()),
                call.statefulProcessor().getClass().getClassLoader());
        var handle = new DriverStatefulProcessorHandleImpl(call.timeMode(), call.keyEncoder());
        function.setHandle(handle);
        function.init(call.outputMode(), call.timeMode());
        function.close();
        Map<String, StateStoreColFamilySchema> schemas =
                ScalaCollections.map(handle.getColumnFamilySchemas(false, false));
        return new FunctionState(
                call.timeMode().toString(),
                call.outputMode().toString(),
                call.keyEncoder().schema(),
                variables(ScalaCollections.map(handle.getStateVariableInfos()).values(), schemas));
    }

    /** What a step of a checkpoint keeps; empty if it is another one. */
    public static Optional<FunctionState> saved(SparkSession spark, Path step) throws IOException {
        Configuration configuration = spark.sessionState().newHadoopConf();
        FileSystem files = step.getFileSystem(configuration);
        Optional<OperatorStateMetadataV2> metadata = metadata(files, step);
        if (metadata.isEmpty() || !metadata.get().operatorInfo().operatorName().equals("transformWithStateExec")) {
            return Optional.empty();
        }
        Map<String, StateStoreColFamilySchema> schemas = new HashMap<>();
        for (StateStoreMetadataV2 store : metadata.get().stateStoreInfo()) {
            // Spark writes where a file was; a copy of the checkpoint has it at another place.
            String last = new Path(store.stateSchemaFilePaths().last()).getName();
            FSDataInputStream file = files.open(new Path(step, "_stateSchema/default/" + last));
            ScalaCollections.list(StateSchemaCompatibilityChecker$.MODULE$.readSchemaFile(file))
                    .forEach(schema -> schemas.put(schema.colFamilyName(), schema));
        }
        var properties =
                TransformWithStateOperatorProperties.fromJson(metadata.get().operatorPropertiesJson());
        StateStoreColFamilySchema keys = schemas.get(OF_ALL_KEYS);
        return Optional.of(new FunctionState(
                properties.timeMode(),
                properties.outputMode(),
                keys == null ? new StructType() : keys.keySchema(),
                variables(ScalaCollections.list(properties.stateVariables()), schemas)));
    }

    private static Optional<OperatorStateMetadataV2> metadata(FileSystem files, Path step) throws IOException {
        Path directory = new Path(step, "_metadata/v2");
        if (!files.exists(directory)) {
            return Optional.empty();
        }
        Optional<Path> latest = List.of(files.listStatus(directory)).stream()
                .map(status -> status.getPath())
                .filter(file -> file.getName().matches("\\d{1,18}"))
                .max(Comparator.comparing(file -> Long.parseLong(file.getName())));
        if (latest.isEmpty()) {
            return Optional.empty();
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(files.open(latest.get()), StandardCharsets.UTF_8))) {
            return "v2".equals(lines.readLine())
                            && OperatorStateMetadataUtils.deserialize(2, lines) instanceof OperatorStateMetadataV2 found
                    ? Optional.of(found)
                    : Optional.empty();
        }
    }

    private static List<FunctionState.Variable> variables(
            Iterable<TransformWithStateVariableInfo> infos, Map<String, StateStoreColFamilySchema> schemas) {
        List<FunctionState.Variable> variables = new ArrayList<>();
        for (TransformWithStateVariableInfo info : infos) {
            StateStoreColFamilySchema schema = schemas.get(info.stateName());
            String kind = info.stateVariableType().toString();
            if (schema != null && !kind.equals(TIMERS)) {
                variables.add(new FunctionState.Variable(
                        info.stateName(), kind, info.ttlEnabled(), schema.keySchema(), schema.valueSchema()));
            }
        }
        variables.sort(Comparator.comparing(FunctionState.Variable::name));
        return variables;
    }
}
