package io.millrace.testkit;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Row;

/** A filter in front of a sink that keeps all rows and fails once, when a number of rows has come. */
final class CrashPoint implements FilterFunction<Row> {
    static final String MESSAGE = "crash in the middle of a batch";

    private static final long serialVersionUID = 1L;
    private static final Map<String, AtomicLong> ARMED = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();

    void armAt(long row) {
        ARMED.put(name, new AtomicLong(row));
    }

    void disarm() {
        ARMED.remove(name);
    }

    boolean isArmed() {
        return ARMED.containsKey(name);
    }

    @Override
    public boolean call(Row row) {
        AtomicLong open = ARMED.get(name);
        if (open != null && open.decrementAndGet() == 0) {
            throw new IllegalStateException(MESSAGE);
        }
        return true;
    }
}
