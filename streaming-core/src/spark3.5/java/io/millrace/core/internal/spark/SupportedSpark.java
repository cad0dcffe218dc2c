package io.millrace.core.internal.spark;

import java.util.List;

/** The versions of Spark that this line runs on. Apart from all that uses Spark, so that the wrong one can be named. */
final class SupportedSpark {
    /** The minor versions, the oldest first. */
    static final List<String> MINORS = List.of("3.5");

    private SupportedSpark() {}
}
