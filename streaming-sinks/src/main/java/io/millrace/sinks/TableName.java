package io.millrace.sinks;

import java.io.Serializable;
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

    /** For PostgreSQL's own statements; what all databases share asks the dialect. */
    String quoted() {
        return schema == null ? Identifier.quoted(name) : Identifier.quoted(schema) + "." + Identifier.quoted(name);
    }

    /** For messages. */
    @Override
    public String toString() {
        return schema == null ? name : schema + "." + name;
    }
}
