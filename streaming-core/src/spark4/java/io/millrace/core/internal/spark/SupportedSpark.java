package io.millrace.core.internal.spark;

import java.util.List;

/** The versions of Spark that this line runs on. Apart from all that uses Spark, so that the wrong one can be named. */
public final class SupportedSpark {
    /** The minor versions, the oldest first. */
    static final List<String> MINORS = List.of("4.1", "4.2");

    /** The end of the names of this line's artifacts. A constant: javac writes it into the classes that name it. */
    public static final String SUFFIX = "spark4_2.13";

    private SupportedSpark() {}
}
