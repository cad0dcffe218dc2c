package io.millrace.core;

import java.io.Serializable;

/**
 * A column that {@link JsonFields} adds.
 *
 * @param verb the call that named it
 */
record JsonField(String verb, String name, JsonPath path, JsonType type) implements Serializable {
    String describe() {
        return "." + verb + "(" + name + ", " + path.text() + ")";
    }
}
