package io.millrace.samples;

import java.io.Serial;

/** What keeps the demo from starting, as one sentence that says what to do. */
final class DemoFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    DemoFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    DemoFailure(String sentence) {
        super(sentence);
    }
}
