package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.Sinks;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowWeightTest {
    private static final int LENGTH = 100_000;
    private static final String LETTERS = "x".repeat(LENGTH);

    static Stream<Arguments> large() {
        return Stream.of(
                Arguments.of("a text of any script", row("\u4e2d".repeat(LENGTH)), 2 * LENGTH),
                Arguments.of("bytes", row((Object) new byte[LENGTH]), LENGTH),
                Arguments.of("an array of texts", row(scala(List.of(LETTERS, LETTERS))), 2 * LENGTH),
                Arguments.of("an array of arrays", row(scala(List.of(scala(List.of(LETTERS))))), LENGTH),
                Arguments.of("a struct", row(row(1, LETTERS)), LENGTH),
                Arguments.of("a map", row(ScalaCollections.scalaMap(Map.of(LETTERS, LETTERS))), 2 * LENGTH),
                Arguments.of("a list of Java's", row(List.of(LETTERS)), LENGTH),
                Arguments.of("a long decimal", row(new BigDecimal("9".repeat(LENGTH))), LENGTH * 2 / 5),
                Arguments.of(
                        "numbers in their boxes",
                        row(scala(IntStream.range(0, LENGTH).boxed().toList())),
                        16 * LENGTH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("large")
    void everyValueCountsWithAllThatItHolds(String what, Row row, int bytes) {
        assertThat(RowWeight.of(row)).as(what).isBetween((long) bytes, 4L * bytes);
    }

    @Test
    void aSmallRowCountsLittleSoThatUsualFlushesStayFull() {
        assertThat(RowWeight.of(row(1L, "text of twenty chars", 1L, Instant.EPOCH, 1.5, "j".repeat(80))))
                .isLessThan((16L << 20) / 20_000);
    }

    /** With the defaults, in a heap that held 487 of these rows when an element of an array counted as 16 bytes. */
    @Test
    void rowsOfLargeArraysAreWrittenWithASmallHeap(@TempDir Path directory) throws Exception {
        Server.execute(
                "DROP TABLE IF EXISTS heavy, millrace_fence",
                "CREATE TABLE heavy (id int PRIMARY KEY, words text[])",
                "ALTER TABLE heavy ALTER COLUMN words SET STORAGE EXTERNAL");

        int exit = ChildDriver.run(HeavyRows.class, directory);

        assertThat(exit).as("exit code").isZero();
        assertThat(Server.rows("SELECT count(*), sum(array_length(words, 1)) FROM heavy"))
                .containsExactly(HeavyRows.ROWS + "|" + 10 * HeavyRows.ROWS);
        Server.execute("DROP TABLE heavy");
    }

    static final class HeavyRows {
        static final int ROWS = 600;

        public static void main(String[] arguments) {
            StructType schema = new StructType().add("id", "int").add("words", DataType.fromDDL("array<string>"));
            var writer = Sinks.jdbc(ChildDriver.database(arguments[0]))
                    .table("heavy")
                    .upsertOn("id")
                    .writer(schema);
            writer.open(0, 0);
            for (int id = 0; id < ROWS; id++) {
                int first = id;
                writer.process(row(
                        id,
                        scala(IntStream.range(0, 10)
                                .mapToObj(n -> (first + "." + n + LETTERS).substring(0, LENGTH))
                                .toList())));
            }
            writer.close(null);
        }
    }

    private static Object scala(List<?> elements) {
        return ScalaCollections.seq(elements);
    }
}
