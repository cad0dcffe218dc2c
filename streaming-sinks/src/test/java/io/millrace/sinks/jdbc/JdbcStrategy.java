package io.millrace.sinks.jdbc;

import io.millrace.core.BatchSink;

/** Every guarantee that a JDBC sink can give for rows with the key {@code id}. */
enum JdbcStrategy {
    UPSERT_ON,
    INSERT_ONLY_ON,
    APPEND_EXACTLY_ONCE,
    UPSERT_EXACTLY_ONCE;

    BatchSink into(JdbcTarget target) {
        return switch (this) {
            case UPSERT_ON -> target.upsertOn("id");
            case INSERT_ONLY_ON -> target.insertOnlyOn("id");
            case APPEND_EXACTLY_ONCE -> target.appendExactlyOnce();
            case UPSERT_EXACTLY_ONCE -> target.upsertExactlyOnce("id");
        };
    }

    /** The constraint of the column {@code id}: a table without a key would show a duplicate row. */
    String key() {
        return this == APPEND_EXACTLY_ONCE ? "" : " PRIMARY KEY";
    }
}
