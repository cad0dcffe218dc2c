package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of JSON that Spark reads as another value than the line has. */
@StreamingTest
class JsonLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "x INT|{\"x\":1} {\"x\":2} junk|goes on after its object",
                "x INT|{\"x\":1},|goes on after its object",
                "x INT|{\"x\":1,\"x\":2}|has a name twice or is not JSON (Duplicate field 'x')",
                "x MAP<STRING, INT>|{\"x\":{\"a\":1,\"a\":2}}|has a name twice or is not JSON (Duplicate field 'a')",
                "x INT|{\"X\":1}|has \"X\", which is not \"x\": Spark reads JSON by case",
                "x STRUCT<a: INT>|{\"x\":{\"A\":1}}|has \"A\", which is not \"a\": Spark reads JSON by case",
                "x DECIMAL(5,2)|{\"x\":1.239}|has \"x\": 1.239, which a column of decimal(5,2) would change",
                "x DECIMAL(5,2)|{\"x\":\"1.239\"}|has \"x\": \"1.239\", which a column of decimal(5,2) would change",
                "x ARRAY<DECIMAL(5,2)>|{\"x\":[1.239]}|has \"x\": 1.239, which a column of decimal(5,2) would change",
                "x MAP<STRING, FLOAT>|{\"x\":{\"a\":16777217}}"
                        + "|has \"x\": 16777217, which a column of float would change",
                "x DOUBLE|{\"x\":9007199254740993}|has \"x\": 9007199254740993, which a column of double would change",
                "x DATE|{\"x\":\"2026-01-02T05:00\"}"
                        + "|has \"x\": \"2026-01-02T05:00\", which a column of date would change",
                "x STRING|{\"x\":\"\\ud800\"}|has \"x\": \"\\ud800\", which a column of string would change",
                "x TIMESTAMP|{\"x\":\"00:05\"}|has \"x\": \"00:05\", which Spark reads as a time of today",
                "x TIMESTAMP|{\"x\":\"2026-01-01 00:00:00.1234567Z\"}"
                        + "|has \"x\": \"2026-01-01 00:00:00.1234567Z\", which a column of timestamp would change",
                "x TIMESTAMP_NTZ|{\"x\":\"2026-01-01 00:00:00.1234567\"}"
                        + "|has \"x\": \"2026-01-01 00:00:00.1234567\", which a column of timestamp_ntz would change",
            })
    void lineThatWouldArriveChangedIsRefused(String columns, String line, String problem, StreamKit kit) {
        Input<String> lines = kit.json("lines", columns);
        StreamRun run = kit.run(lines.rows(), append());

        assertThat(refusalOf(() -> run.batch("bad", b -> b.given(lines, line))))
                .isEqualTo("Batch \"bad\": given(lines, ..): This line " + problem + ": " + RowText.value(line));
    }

    @Test
    void lineThatSparkKeepsWholeIsTaken(StreamKit kit) {
        Input<String> lines = kit.json(
                "lines",
                "n DOUBLE, f FLOAT, d DECIMAL(5,2), t TIMESTAMP, day DATE, l ARRAY<STRING>, m MAP<STRING, INT>");
        String full = "{\"n\":0.1,\"f\":0.1,\"d\":1.230,\"t\":\"2026-01-01T00:05:00.1234560Z\",\"day\":\"2026-01-02\","
                + "\"l\":[\"😀\",null],\"m\":{\"a\":1},\"other\":{\"N\":1}}  ";

        kit.run(lines.rows(), append())
                .batch(
                        "taken",
                        b -> b.given(lines, full, "{'n':NaN, \"N\":1}")
                                .emits(
                                        row(
                                                0.1,
                                                0.1,
                                                1.23,
                                                "00:05:00.123456",
                                                "2026-01-02",
                                                Arrays.asList("😀", null),
                                                Map.of("a", 1)),
                                        row(Double.NaN, null, null, null, null, null, null)));
        assertThat(List.of(lines.schema().fieldNames())).hasSize(7);
    }
}
