package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.SupportsAdmissionControl;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The source of an input, called as Spark calls it. */
class GivenRowsTest {
    private static final StructType SCHEMA = StructType.fromDDL("n INT");

    private final GivenRows rows = new GivenRows("numbers", SCHEMA, 1);
    private final MicroBatchStream stream = newStream();

    @AfterEach
    void close() {
        rows.close();
    }

    @Test
    void tableHasTheNameAndColumnsOfTheInputAndIsReadInBatches() {
        GivenRows.GivenTable table = new GivenRows.GivenTable(rows);

        assertThat(table.name()).isEqualTo("numbers");
        assertThat(table.schema()).isEqualTo(SCHEMA);
        assertThat(table.capabilities()).containsExactly(TableCapability.MICRO_BATCH_READ);
        assertThat(table.newScanBuilder(CaseInsensitiveStringMap.empty())
                        .build()
                        .readSchema())
                .isEqualTo(SCHEMA);
        assertThat(stream).hasToString("numbers");
    }

    @Test
    void nothingIsDueBeforeRowsAreGiven() {
        assertThat(latestOf(stream)).isNull();
        assertThat(stream.initialOffset().json()).isEqualTo("0");
    }

    @Test
    void rowsAreDueInTheOrderInWhichTheyWereGiven() throws IOException {
        give(1, 2, 3);

        assertThat(latest().json()).isEqualTo("3");
        assertThat(read(stream.initialOffset(), latest())).containsExactly(List.of(1, 2, 3));
    }

    @Test
    void laterBatchReadsOnlyNewRows() throws IOException {
        give(1, 2);
        Offset first = latest();
        give(3);
        give(4);

        assertThat(read(first, latest())).containsExactly(List.of(3, 4));
        assertThat(read(latest(), latest())).containsExactly(List.of());
    }

    @Test
    void anyBatchCanBeReadAgainAfterLaterOnes() throws IOException {
        give(1, 2);
        Offset first = latest();
        give(3);
        stream.commit(latest());
        stream.stop();

        assertThat(read(stream.initialOffset(), first)).containsExactly(List.of(1, 2));
    }

    @Test
    void rowsAreDistributedRoundRobinOverPartitions() throws IOException {
        rows.partitions(3);
        give(1, 2, 3, 4, 5);

        assertThat(read(stream.initialOffset(), latest())).containsExactly(List.of(1, 4), List.of(2, 5), List.of(3));
    }

    @Test
    void partitionsWithoutRowsAreReadAsWell() throws IOException {
        rows.partitions(3);
        give(1);

        assertThat(read(stream.initialOffset(), latest())).containsExactly(List.of(1), List.of(), List.of());
    }

    @Test
    void rereadBatchMayHaveOtherPartitions() throws IOException {
        give(1, 2, 3);
        Offset end = latest();
        List<List<Integer>> before = read(stream.initialOffset(), end);

        rows.partitions(2);

        assertThat(before).containsExactly(List.of(1, 2, 3));
        assertThat(read(stream.initialOffset(), end)).containsExactly(List.of(1, 3), List.of(2));
    }

    @Test
    void nudgeMakesABatchDueThatReadsNoRow() throws IOException {
        give(1, 2);
        Offset before = latest();

        rows.nudge();

        assertThat(latest().json()).isEqualTo("2.1");
        assertThat(latest()).isNotEqualTo(before);
        assertThat(read(before, latest())).containsExactly(List.of());
    }

    @Test
    void nudgeOfAnInputWithoutRowsMakesNothingDue() {
        rows.nudge();

        assertThat(latestOf(stream)).isNull();
    }

    @Test
    void rowsGivenAfterTheStartOfAnAvailableNowRunAreNotDueInIt() {
        MicroBatchStream everything = newStream();
        give(1, 2);
        ((SupportsTriggerAvailableNow) stream).prepareForTriggerAvailableNow();
        give(3);

        assertThat(latest().json()).isEqualTo("2");
        assertThat(requireNonNull(latestOf(everything)).json()).isEqualTo("3");
    }

    @Test
    void offsetsRoundTripAsText() throws IOException {
        give(1, 2, 3);
        rows.nudge();
        rows.nudge();
        give(4);

        Offset again = stream.deserializeOffset(latest().json());

        assertThat(again.json()).isEqualTo("4.2");
        assertThat(again).isEqualTo(latest());
        assertThat(stream.deserializeOffset("3")).isNotEqualTo(latest());
        assertThat(read(stream.deserializeOffset("3"), again)).containsExactly(List.of(4));
    }

    @Test
    void sparkFindsTheInputByItsIdAlone() {
        assertThat(refusalOf(() -> new GivenRows.Provider().inferSchema(CaseInsensitiveStringMap.empty())))
                .isEqualTo("The query reads an input of a test that has ended: start the query in the test of its"
                        + " input.");
        assertThat(refusalOf(() -> new GivenRows.Provider()
                        .getTable(SCHEMA, new Transform[0], java.util.Map.of("given", "no such"))))
                .isEqualTo("The query reads an input of a test that has ended: start the query in the test of its"
                        + " input.");
    }

    @Test
    void inputOfAnEndedTestCannotBeRead() {
        give(1);
        InputPartition partition = stream.planInputPartitions(stream.initialOffset(), latest())[0];

        rows.close();

        assertThat(refusalOf(() -> stream.createReaderFactory().createReader(partition)))
                .isEqualTo("The query reads an input of a test that has ended: start the query in the test of its"
                        + " input.");
    }

    private MicroBatchStream newStream() {
        return new GivenRows.GivenTable(rows)
                .newScanBuilder(CaseInsensitiveStringMap.empty())
                .build()
                .toMicroBatchStream("");
    }

    private void give(int... values) {
        rows.add(IntStream.of(values)
                .mapToObj(value -> new SparkRowInternals.EncodedRow(new GenericInternalRow(new Object[] {value})))
                .toList());
    }

    private Offset latest() {
        return requireNonNull(latestOf(stream));
    }

    private static @Nullable Offset latestOf(MicroBatchStream stream) {
        return ((SupportsAdmissionControl) stream).latestOffset(stream.initialOffset(), ReadLimit.allAvailable());
    }

    /** What each partition reads. */
    private List<List<Integer>> read(Offset from, Offset to) throws IOException {
        List<List<Integer>> partitions = new ArrayList<>();
        for (InputPartition partition : stream.planInputPartitions(from, to)) {
            List<Integer> values = new ArrayList<>();
            try (PartitionReader<InternalRow> reader =
                    stream.createReaderFactory().createReader(partition)) {
                while (reader.next()) {
                    values.add(reader.get().getInt(0));
                }
            }
            partitions.add(values);
        }
        return partitions;
    }
}
