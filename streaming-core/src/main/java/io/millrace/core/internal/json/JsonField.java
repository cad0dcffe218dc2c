package io.millrace.core.internal.json;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A column that {@code JsonFields} adds; or the columns of the elements of an array, which is then a row for each.
 *
 * @param verb the call that named it
 * @param name that of the column; of the elements of an array, the path
 * @param items the columns of an element; empty for a column of the document
 */
public record JsonField(String verb, String name, JsonPath path, JsonType type, List<JsonField> items)
        implements Serializable {
    public JsonField(String verb, String name, JsonPath path, JsonType type) {
        this(verb, name, path, type, List.of());
    }

    /** The elements of the array at {@code path}, which has no {@code [*]} any more. */
    public static JsonField items(String verb, JsonPath path, List<JsonField> items) {
        return new JsonField(verb, path.text(), path, JsonType.items(items), List.copyOf(items));
    }

    /** Whether it is a row for each element of an array. */
    public boolean isItems() {
        return type.kind() == JsonType.Kind.ITEMS;
    }

    public String describe() {
        if (isItems()) {
            return "." + verb + "(" + name + ", items"
                    + items.stream().map(JsonField::describe).collect(Collectors.joining()) + ")";
        }
        String where = type.kind() == JsonType.Kind.POSITION ? "" : ", " + path.text();
        return "." + verb + "(" + name + where + type.describe(verb) + ")";
    }

    /** The path, with those of the elements. */
    String paths() {
        return isItems()
                ? path.text() + items.stream().map(JsonField::paths).collect(Collectors.joining(", ", " [", "]"))
                : path.text();
    }
}
