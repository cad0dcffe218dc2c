package io.millrace.core;

import java.io.Serial;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A place in a document, and what the paths of all fields want there and below: made once on the driver, walked along
 * with the tokens of each row.
 */
final class JsonTree implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The fields whose path ends here. */
    private final int[] fields;

    /** The fields that want every element of an array here, with the rest of their path. */
    private final HashMap<Integer, String> spread;

    private final HashMap<String, JsonTree> members;
    private final HashMap<Long, JsonTree> elements;

    private JsonTree(
            int[] fields, Map<Integer, String> spread, Map<String, JsonTree> members, Map<Long, JsonTree> elements) {
        this.fields = fields;
        this.spread = new HashMap<>(spread);
        this.members = new HashMap<>(members);
        this.elements = new HashMap<>(elements);
    }

    /** The field {@code n} of a row is what the path {@code n} finds. */
    static JsonTree of(List<JsonPath> paths) {
        return at(0, IntStream.range(0, paths.size()).boxed().toList(), paths);
    }

    int[] fields() {
        return fields;
    }

    Map<Integer, String> spread() {
        return spread;
    }

    boolean hasMembers() {
        return !members.isEmpty();
    }

    boolean hasElements() {
        return !elements.isEmpty();
    }

    @Nullable JsonTree member(String name) {
        return members.get(name);
    }

    @Nullable JsonTree element(long index) {
        return elements.get(index);
    }

    private static JsonTree at(int depth, List<Integer> fields, List<JsonPath> paths) {
        return new JsonTree(
                fields.stream()
                        .filter(field -> paths.get(field).steps().size() == depth)
                        .mapToInt(field -> field)
                        .toArray(),
                fields.stream()
                        .filter(field -> spreads(paths.get(field), depth))
                        .collect(Collectors.toMap(
                                Function.identity(), field -> paths.get(field).from(depth))),
                below(depth, fields, paths, JsonPath.Name.class, JsonPath.Name::name),
                below(depth, fields, paths, JsonPath.Index.class, JsonPath.Index::index));
    }

    /** Where {@code [*]} comes, or {@code [0][*]}, which Spark writes in another style than {@code [*]} alone. */
    private static boolean spreads(JsonPath path, int depth) {
        List<JsonPath.Step> steps = path.steps();
        return isEvery(steps, depth)
                || (depth < steps.size() && steps.get(depth) instanceof JsonPath.Index && isEvery(steps, depth + 1));
    }

    private static boolean isEvery(List<JsonPath.Step> steps, int depth) {
        return depth < steps.size() && steps.get(depth) instanceof JsonPath.EveryElement;
    }

    private static <S extends JsonPath.Step, K> Map<K, JsonTree> below(
            int depth, List<Integer> fields, List<JsonPath> paths, Class<S> kind, Function<S, K> key) {
        Map<K, List<Integer>> groups = fields.stream()
                .filter(field -> paths.get(field).steps().size() > depth && !spreads(paths.get(field), depth))
                .filter(field -> kind.isInstance(paths.get(field).steps().get(depth)))
                .collect(Collectors.groupingBy(
                        field -> key.apply(kind.cast(paths.get(field).steps().get(depth)))));
        Map<K, JsonTree> trees = new HashMap<>();
        groups.forEach((step, group) -> trees.put(step, at(depth + 1, group, paths)));
        return trees;
    }
}
