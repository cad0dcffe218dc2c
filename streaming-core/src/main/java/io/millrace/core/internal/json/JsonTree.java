package io.millrace.core.internal.json;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths of all fields as a tree: a node is a place in a document, with the fields that want a value there or below.
 * Built once for a task, and walked along with each row.
 */
final class JsonTree {
    private final Map<Integer, List<JsonPath.Step>> spread = new HashMap<>();
    private final Map<String, JsonTree> members = new HashMap<>();
    private final Map<Long, JsonTree> elements = new HashMap<>();
    private int[] fields = {};
    private JsonNames names = new JsonNames(members);
    private long lastElement = -1;

    private JsonTree() {}

    /** The tree of {@code paths}; field {@code n} of a row is what path {@code n} finds. */
    static JsonTree of(List<JsonPath> paths) {
        JsonTree root = new JsonTree();
        for (int field = 0; field < paths.size(); field++) {
            root.grow(field, paths.get(field).steps());
        }
        root.settle();
        return root;
    }

    /** The fields whose path ends here. */
    int[] fields() {
        return fields;
    }

    /** The fields that want every element of an array here, with the rest of their path. */
    Map<Integer, List<JsonPath.Step>> spread() {
        return spread;
    }

    boolean hasSpread() {
        return !spread.isEmpty();
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

    /** The member whose name is from {@code from} to {@code end} in {@code bytes}, without escapes. */
    @Nullable JsonTree member(byte[] bytes, int from, int end) {
        return names.find(bytes, from, end);
    }

    @Nullable JsonTree element(long index) {
        return index > lastElement ? null : elements.get(index);
    }

    private void settle() {
        names = new JsonNames(members);
        lastElement =
                elements.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
        members.values().forEach(JsonTree::settle);
        elements.values().forEach(JsonTree::settle);
    }

    private void grow(int field, List<JsonPath.Step> path) {
        JsonTree here = this;
        for (int depth = 0; depth < path.size(); depth++) {
            if (spreads(path, depth)) {
                here.spread.put(field, path.subList(depth, path.size()));
                return;
            }
            here = here.below(path.get(depth));
        }
        here.fields = Arrays.copyOf(here.fields, here.fields.length + 1);
        here.fields[here.fields.length - 1] = field;
    }

    private JsonTree below(JsonPath.Step step) {
        return step instanceof JsonPath.Name member
                ? members.computeIfAbsent(member.name(), name -> new JsonTree())
                : elements.computeIfAbsent(((JsonPath.Index) step).index(), index -> new JsonTree());
    }

    /** Whether {@code [*]} follows, or {@code [0][*]}, which Spark writes in another style than {@code [*]} alone. */
    private static boolean spreads(List<JsonPath.Step> path, int depth) {
        return isEvery(path, depth) || (path.get(depth) instanceof JsonPath.Index && isEvery(path, depth + 1));
    }

    private static boolean isEvery(List<JsonPath.Step> path, int depth) {
        return depth < path.size() && path.get(depth) instanceof JsonPath.EveryElement;
    }
}
