package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What Spark 3.5 does not have is refused where it is called. */
class OnlyOnSpark4Test {
    @Test
    void callsForSpark4AreRefusedInOneSentence() {
        refused(
                () -> Pipeline.named("hits").realTime(Duration.ofMinutes(5)),
                "realTime(PT5M): real-time mode",
                "every(...)");
        refused(() -> Transforms.jsonFields("value").variant("doc", "$"), "variant(doc, $): VARIANT", "json(...)");
        refused(
                () -> Sources.kafka("localhost:9092").maxRecordsPerPartition(7),
                "maxRecordsPerPartition(7): this option",
                "minPartitions(...)");
        refused(
                () -> Sources.text("/data").maxBytesPerTrigger(7),
                "maxBytesPerTrigger(7): this option",
                "maxFilesPerTrigger(...)");
    }

    private static void refused(ThrowingCallable call, String start, String wayOut) {
        assertThatThrownBy(call)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(start + " needs Spark 4.1 or later, and this is Spark "
                        + Spark.session().version() + ". Use " + wayOut + ".");
    }
}
