package io.millrace.sinks;

import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A table as the user named it; without a schema it is looked for on the search path. */
record TableName(@Nullable String schema, String name) implements Serializable {
    static TableName of(Dialect dialect, String name) {
        return new TableName(null, Identifier.check(dialect, "table", name));
    }

    static TableName of(Dialect dialect, String schema, String name) {
        return new TableName(Identifier.check(dialect, "table", schema), Identifier.check(dialect, "table", name));
    }

    /** Another table of the same schema. */
    TableName sibling(String name) {
        return new TableName(schema, name);
    }

    /** As SQL has it, with a dialect's way to quote a name. */
    String quoted(UnaryOperator<String> quotes) {
        return schema == null ? quotes.apply(name) : quotes.apply(schema) + "." + quotes.apply(name);
    }

    /** How a sink is told of it, for a way out. */
    String call() {
        return "table(" + (schema == null ? "" : "\"" + schema + "\", ") + "\"" + name + "\")";
    }

    /** For messages. */
    @Override
    public String toString() {
        return schema == null ? name : schema + "." + name;
    }
}
