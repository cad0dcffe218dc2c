package io.millrace.samples.demo;

import java.io.Serial;

/** A reason why a program cannot start, with a message that says how to fix it. */
public final class DemoFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public DemoFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    public DemoFailure(String sentence) {
        super(sentence);
    }
}
