package io.millrace.testkit.servers;

import scala.util.Properties$;

/** The names of Millrace's artifacts for the Spark of the class path. */
final class ArtifactNames {
    private ArtifactNames() {}

    /** Such as {@code io.millrace:streaming-testkit-kafka-spark3.5_2.12}. */
    static String of(String artifact) {
        String scala = scalaVersion();
        return "io.millrace:" + artifact + "-spark" + (scala.equals("2.12") ? "3.5" : "4") + "_" + scala;
    }

    /** Scala's version without its last number, such as 2.12. */
    static String scalaVersion() {
        return Properties$.MODULE$.versionNumberString().replaceFirst("\\.\\d+$", "");
    }
}
