package io.millrace.testkit;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Row;

/** A filter in front of a sink that keeps all rows and fails once, at one of them. */
final class CrashPoint implements FilterFunction<Row> {
    static final String MESSAGE = "crash in the middle of a batch";

    private static final long serialVersionUID = 1L;
    private static final Map<String, Long> ARMED = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();

    void armAt(long id) {
        ARMED.put(name, id);
    }

    void disarm() {
        ARMED.remove(name);
    }

    boolean isArmed() {
        return ARMED.containsKey(name);
    }

    @Override
    public boolean call(Row row) {
        if (ARMED.remove(name, row.getLong(0))) {
            throw new IllegalStateException(MESSAGE);
        }
        return true;
    }
}
