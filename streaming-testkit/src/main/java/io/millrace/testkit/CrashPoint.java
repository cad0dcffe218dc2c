package io.millrace.testkit;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Row;

/** A filter in front of a sink: fails once, at one row, and drops rows with a negative id. */
final class CrashPoint implements FilterFunction<Row> {
    static final String MESSAGE = "crash in the middle of a batch";

    private static final long serialVersionUID = 1L;
    private static final Map<String, Long> ARMED = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();

    void armAt(long id) {
        ARMED.put(name, id);
    }

    /** Whether it was armed and did not fail. */
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
