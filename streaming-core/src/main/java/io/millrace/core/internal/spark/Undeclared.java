package io.millrace.core.internal.spark;

import java.io.IOException;

/** Checked exceptions of methods that Scala declares: their callers expect them, and their signatures do not say so. */
final class Undeclared {
    private Undeclared() {}

    /** What may fail as files do. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Runs {@code work}, and throws what it throws, as it is. */
    static <T> T call(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw Undeclared.<RuntimeException>as(e);
        }
    }

    // The type is erased, so that no cast is made, and E is inferred by the caller.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E as(Throwable error) throws E {
        throw (E) error;
    }
}
