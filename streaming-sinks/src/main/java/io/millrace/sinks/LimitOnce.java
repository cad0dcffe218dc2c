package io.millrace.sinks;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A limit that is asked for once, so that it is the same wherever rows are parted by it. */
final class LimitOnce {
    private @Nullable RecordLimit known;

    synchronized RecordLimit limit(Supplier<RecordLimit> asked) {
        RecordLimit limit = known;
        if (limit == null) {
            limit = asked.get();
            known = limit;
        }
        return limit;
    }
}
