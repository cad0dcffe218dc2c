package io.millrace.testkit;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Row;

/** A step before a sink that fails once, upon one row, and keeps rows with a negative id from the sink. */
final class CrashPoint implements FilterFunction<Row> {
    static final String MESSAGE = "crash in the middle of a batch";

    private static final long serialVersionUID = 1L;
    private static final Map<String, Long> ARMED = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();

    void armAt(long id) {
        ARMED.put(name, id);
    }

    /** Whether it was armed and nothing has set it off. */
    boolean disarm() {
        return ARMED.remove(name) != null;
    }

    @Override
    public boolean call(Row row) {
        long id = row.getLong(0);
        if (ARMED.remove(name, id)) {
            throw new IllegalStateException(MESSAGE);
        }
        return id >= 0;
    }
}
