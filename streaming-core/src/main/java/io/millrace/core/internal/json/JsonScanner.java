package io.millrace.core.internal.json;

import static io.millrace.core.internal.json.JsonBytes.NOT_PLAIN;

import io.millrace.core.internal.json.JsonText.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds all fields of a plain document, in one pass over its bytes: walks along the tree of the paths and skips what no
 * field wants, which is checked to be JSON as a parser checks it. A document that is not plain (see {@link JsonBytes})
 * is left to {@link JsonTokenReader}, so that nothing rare has to be right here. For one thread: its state is reused
 * from row to row.
 */
final class JsonScanner {
    /** Far below the depth at which Jackson refuses a document, and no danger for a small stack. */
    static final int DEEPEST = 64;

    private static final int LONGEST_DOCUMENT = 4 << 20;

    private final JsonTree tree;
    private final Numbers[] numbers;
    private final byte[] @Nullable [] values;
    private final boolean[] spreadBefore;
    private final JsonRepeat repeat = new JsonRepeat();
    private byte[] bytes = {};
    private int last;

    /** {@code numbers} are how each field has its numbers written. */
    JsonScanner(List<JsonPath> paths, List<Numbers> numbers) {
        this.tree = JsonTree.of(paths);
        this.numbers = numbers.toArray(Numbers[]::new);
        values = new byte[paths.size()][];
        spreadBefore = new boolean[paths.size()];
    }

    /**
     * Whether {@code document} is plain JSON up to the end of its root value, a container, and {@link #value} has the
     * values of its fields.
     */
    boolean isRead(byte[] document) {
        if (document.length > LONGEST_DOCUMENT) {
            return false;
        }
        Arrays.fill(values, null);
        Arrays.fill(spreadBefore, false);
        bytes = JsonBytes.padded(document, bytes);
        last = document.length;
        if (!Utf8.isValid(bytes, last)) {
            return false;
        }
        int root = JsonBytes.afterSpace(bytes, 0);
        return isContainer(root) && container(tree, root, DEEPEST) != NOT_PLAIN;
    }

    /** The text of a field, NULL if Spark gives NULL. */
    byte @Nullable [] value(int field) {
        return values[field];
    }

    private boolean isContainer(int at) {
        return bytes[at] == '{' || bytes[at] == '[';
    }

    /** Takes the value that starts at {@code at}; this and what follows return the position after it. */
    private int value(JsonTree here, int at, int depth) {
        if (isContainer(at)) {
            return container(here, at, depth);
        }
        int end = JsonBytes.afterValue(bytes, at, depth);
        return end == NOT_PLAIN || (isWanted(here) && !isPut(here, at, end)) ? NOT_PLAIN : end;
    }

    private int container(JsonTree here, int at, int depth) {
        boolean isArray = bytes[at] == '[';
        boolean goesOn = isArray ? here.hasElements() : here.hasMembers();
        int end = goesOn ? walk(here, at, depth) : JsonBytes.afterValue(bytes, at, depth);
        if (end == NOT_PLAIN || (isWanted(here) && !isPut(here, at, end))) {
            return NOT_PLAIN;
        }
        return isArray && here.hasSpread() && !isSpread(here, at, end) ? NOT_PLAIN : end;
    }

    private int walk(JsonTree here, int at, int depth) {
        if (depth == 0) {
            return NOT_PLAIN;
        }
        return bytes[at] == '[' ? elements(here, at + 1, depth - 1) : members(here, at + 1, depth - 1);
    }

    private int members(JsonTree here, int from, int depth) {
        int at = JsonBytes.afterSpace(bytes, from);
        if (bytes[at] == '}') {
            return at + 1;
        }
        while (true) {
            int afterName = JsonBytes.afterName(bytes, at);
            if (afterName == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            JsonTree member = here.member(bytes, at + 1, afterName - 1);
            at = JsonBytes.afterColon(bytes, afterName);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            // Only null starts with an n, if anything.
            at = member == null || bytes[at] == 'n' ? skipped(at, depth) : value(member, at, depth);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = JsonBytes.afterSpace(bytes, at);
            if (bytes[at] != ',') {
                return bytes[at] == '}' ? at + 1 : NOT_PLAIN;
            }
            at = JsonBytes.afterSpace(bytes, at + 1);
        }
    }

    private int skipped(int at, int depth) {
        return bytes[at] == '{' ? repeat.after(bytes, at, last, depth) : JsonBytes.afterValue(bytes, at, depth);
    }

    private int elements(JsonTree here, int from, int depth) {
        int at = JsonBytes.afterSpace(bytes, from);
        if (bytes[at] == ']') {
            return at + 1;
        }
        for (long index = 0; ; index++) {
            JsonTree element = here.element(index);
            at = element == null ? JsonBytes.afterValue(bytes, at, depth) : value(element, at, depth);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = JsonBytes.afterSpace(bytes, at);
            if (bytes[at] != ',') {
                return bytes[at] == ']' ? at + 1 : NOT_PLAIN;
            }
            at = JsonBytes.afterSpace(bytes, at + 1);
        }
    }

    /** Of members with the same name, the first that is found counts. */
    private boolean isWanted(JsonTree here) {
        return here.fields().length > 0 && values[here.fields()[0]] == null;
    }

    private boolean isPut(JsonTree here, int at, int end) {
        for (int field : here.fields()) {
            byte[] text = JsonSlice.text(bytes, at, end, numbers[field]);
            if (text == null) {
                return false;
            }
            values[field] = text;
        }
        return true;
    }

    /** Fields that want every element of an array. */
    private boolean isSpread(JsonTree here, int at, int end) {
        for (Map.Entry<Integer, List<JsonPath.Step>> spread : here.spread().entrySet()) {
            int field = spread.getKey();
            if (values[field] == null) {
                // Spark may have written brackets the first time, and would continue after them.
                if (spreadBefore[field]) {
                    return false;
                }
                spreadBefore[field] = true;
                values[field] = JsonWalk.find(Arrays.copyOfRange(bytes, at, end), spread.getValue(), numbers[field]);
            }
        }
        return true;
    }
}
