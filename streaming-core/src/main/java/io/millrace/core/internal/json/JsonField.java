package io.millrace.core.internal.json;

import java.io.Serializable;

/**
 * A column that {@code JsonFields} adds.
 *
 * @param verb the call that named it
 */
public record JsonField(String verb, String name, JsonPath path, JsonType type) implements Serializable {
    public String describe() {
        return "." + verb + "(" + name + ", " + path.text() + type.describe(verb) + ")";
    }
}
