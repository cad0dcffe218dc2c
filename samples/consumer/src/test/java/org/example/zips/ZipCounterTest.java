package org.example.zips;

import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.StreamKit.row;

import io.millrace.testkit.Input;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

@StreamingTest
class ZipCounterTest {
    @Test
    void countsEachZipAcrossBatchesAndARestart(StreamKit kit) {
        Input<Row> lines = kit.rows("lines", "value STRING");

        kit.run(ZipCounter.countByZip(lines.rows()), update())
                .batch("two zips", b -> b.given(lines, hit("94105"), hit("10001"), hit("94105"))
                        .emits(row("94105", 2), row("10001", 1)))
                .restart()
                .batch("one of them again", b -> b.given(lines, hit("10001")).emits(row("10001", 2)));
    }

    @Test
    void skipsMalformedHits(StreamKit kit) {
        Input<Row> lines = kit.rows("lines", "value STRING");

        kit.run(ZipCounter.countByZip(lines.rows()), update())
                .batch("invalid JSON, missing zip", b -> b.given(lines, row("{"), row("{\"city\":\"Nome\"}"))
                        .emitsNothing());
    }

    private static Row hit(String zip) {
        return row("{\"zip\":\"" + zip + "\"}");
    }
}
