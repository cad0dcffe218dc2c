package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The name of a table. Without a schema, the server uses its search path. */
public record TableName(@Nullable String schema, String name) implements Serializable {
    /** Returns another name in the same schema. */
    public TableName sibling(String name) {
        return new TableName(schema, name);
    }

    /** Writes the name in SQL; {@code quotes} quotes one part of it. */
    public String quoted(UnaryOperator<String> quotes) {
        return schema == null ? quotes.apply(name) : quotes.apply(schema) + "." + quotes.apply(name);
    }

    /** Writes the name for messages. */
    @Override
    public String toString() {
        return schema == null ? name : schema + "." + name;
    }
}
