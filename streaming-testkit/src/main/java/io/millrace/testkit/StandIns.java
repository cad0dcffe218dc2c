package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The inputs of a session's test that its job reads instead of the sources that it opens. Thread-safe. */
final class StandIns {
    private static final Map<SparkSession, StandIns> ALL = Collections.synchronizedMap(new WeakHashMap<>());

    private final List<StandIn> all = new ArrayList<>();

    private StandIns() {}

    private record StandIn(Input<?> input, String format, Map<String, String> options) {
        boolean isFor(String source, Map<String, String> with) {
            return format.equalsIgnoreCase(source)
                    && options.entrySet().stream()
                            .allMatch(option -> with.entrySet().stream()
                                    .anyMatch(other -> other.getKey().equalsIgnoreCase(option.getKey())
                                            && other.getValue().equals(option.getValue())));
        }
    }

    static StandIns of(SparkSession session) {
        return ALL.computeIfAbsent(session, key -> new StandIns());
    }

    synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    synchronized void add(Input<?> input, String format, Map<String, String> options) {
        all.add(new StandIn(input, format, Map.copyOf(options)));
    }

    synchronized void remove(Collection<GivenRows> inputs) {
        all.removeIf(standIn -> inputs.contains(standIn.input.given()));
    }

    /**
     * The input to read instead of a source.
     *
     * @throws IllegalArgumentException if there are several, or if its columns are not those of the source
     */
    synchronized Optional<Input<?>> find(String format, Map<String, String> options, StructType columns) {
        List<StandIn> found =
                all.stream().filter(standIn -> standIn.isFor(format, options)).toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException("insteadOf(\"" + format + "\"): "
                    + found.stream()
                            .map(standIn -> standIn.input.given().name())
                            .collect(Collectors.joining(" and "))
                    + " stand in for the same source. Name an option that tells them apart, such as"
                    + " insteadOf(\"kafka\", Map.of(\"subscribe\", \"orders\")).");
        }
        found.forEach(standIn -> checkColumns(standIn, columns));
        return found.stream().<Input<?>>map(StandIn::input).findFirst();
    }

    /** The source in whose place {@code input} stands, if there is one. */
    synchronized Optional<String> describe(GivenRows input) {
        return all.stream()
                .filter(standIn -> standIn.input.given().equals(input))
                .map(standIn -> "source of format \"" + standIn.format + "\""
                        + (standIn.options.isEmpty()
                                ? ""
                                : " with its options " + String.join(", ", standIn.options.keySet())))
                .findFirst();
    }

    private static void checkColumns(StandIn standIn, StructType source) {
        StructType input = standIn.input.schema();
        if (!columns(input).equals(columns(source))) {
            throw new IllegalArgumentException("insteadOf(\"" + standIn.format + "\"): input "
                    + standIn.input.given().name() + " has the columns " + String.join(", ", columns(input))
                    + "; the source has " + String.join(", ", columns(source)) + ".");
        }
    }

    private static List<String> columns(StructType schema) {
        return Stream.of(schema.fields())
                .map(field ->
                        field.name() + " " + field.dataType().catalogString().toUpperCase(Locale.ROOT))
                .toList();
    }
}
