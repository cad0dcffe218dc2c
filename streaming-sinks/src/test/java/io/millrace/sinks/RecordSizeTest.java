package io.millrace.sinks;

import static io.millrace.sinks.KafkaSinkTest.recordsOf;
import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.MemoryInput;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Records at the limit of Kafka's producer. */
class RecordSizeTest {
    private static final TestKafka KAFKA = TestKafka.shared();

    private final Path directory;
    private final String topic;
    private final MemoryInput<String> lines = lines();

    RecordSizeTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void aRecordThatIsTooLargeIsNamedByItsSizesAndNeverByItsValues() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105", "2,secret");
        Dataset<Row> rows = hits(lines).selectExpr("zip as key", "repeat(zip, int(pow(10, id) * 2000)) as value");

        Throwable failure = catchThrowable(
                () -> run(sink().option("kafka.max.request.size", "1100000"), rows, directory.resolve("a")));

        assertThat(ExceptionUtils.getRootCauseMessage(failure)).contains(tooLarge());
        assertThat(ExceptionUtils.getStackTrace(failure)).doesNotContain("secret");
    }

    private String tooLarge() {
        return "A record for topic " + topic + " has 1200094 bytes (key 6, value 1200000), more than"
                + " kafka.max.request.size = 1100000. Raise it with option(\"kafka.max.request.size\", ...) on the sink"
                + " and max.message.bytes on the topic, or make the rows smaller in an earlier step.";
    }

    @Test
    void theLargestRecordThatTheProducerTakesIsWrittenAndOneByteMoreIsNamed() throws Exception {
        KAFKA.createTopic(topic, 1);
        Dataset<Row> rows = hits(lines)
                .selectExpr(
                        "'key' as key",
                        "repeat('x', int(id)) as value",
                        "array(named_struct('key', 'a', 'value', cast(null as binary)),"
                                + " named_struct('key', 'bc', 'value', encode(zip, 'UTF-8'))) as headers");
        int largest = 1;
        while (kafkasSize(largest + 1) <= 2000) {
            largest++;
        }
        KafkaSink sink = sink().option("kafka.max.request.size", "2000");

        add(lines, largest + ",94105");
        run(sink, rows, directory.resolve("a"));
        assertThat(recordsOf(topic, "length(value)")).containsExactly(Integer.toString(largest));

        add(lines, (largest + 1) + ",94105");
        assertThatThrownBy(() -> run(sink, rows, directory.resolve("a")))
                .hasStackTraceContaining(
                        "has " + kafkasSize(largest + 1) + " bytes (key 3, value " + (largest + 1) + ")");
    }

    /** The size of such a record, as the producer estimates it before it refuses the record. */
    private static int kafkasSize(int value) {
        Header[] headers = {new RecordHeader("a", null), new RecordHeader("bc", "94105".getBytes(UTF_8))};
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE, "key".getBytes(UTF_8), new byte[value], headers);
    }

    private KafkaSink sink() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(topic);
    }
}
