package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A table, taken as its name is; without a schema the server searches its path. */
public record TableName(@Nullable String schema, String name) implements Serializable {
    /** Another table of the same schema. */
    public TableName sibling(String name) {
        return new TableName(schema, name);
    }

    /** As SQL has it, with a dialect's way to quote a name. */
    public String quoted(UnaryOperator<String> quotes) {
        return schema == null ? quotes.apply(name) : quotes.apply(schema) + "." + quotes.apply(name);
    }

    /** For messages. */
    @Override
    public String toString() {
        return schema == null ? name : schema + "." + name;
    }
}
