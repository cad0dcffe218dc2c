package io.millrace.sinks.jdbc;

import io.millrace.core.BatchSink;

/** Every promise that a JDBC sink can make of rows with the key {@code id}. */
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

    /** What the table has to say of {@code id}: a row that came twice would show where it has no key. */
    String key() {
        return this == APPEND_EXACTLY_ONCE ? "" : " PRIMARY KEY";
    }
}
