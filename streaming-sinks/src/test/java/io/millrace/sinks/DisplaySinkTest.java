package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.refusals;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MemoryInput;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

class DisplaySinkTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @Test
    void withoutATerminalEachBatchIsPrintedBelowTheLast() throws Exception {
        MemoryInput<String> lines = lines();
        StreamingQuery query =
                printing().write(hits(lines)).outputMode("append").start();
        feed(query, lines, "1,94105", "22,10001");
        feed(query, lines, "3,94105");
        query.stop();

        assertThat(shown()).isEqualTo("""
                        batch 0: 2 rows
                        +----+-------+
                        | id | zip   |
                        +----+-------+
                        |  1 | 94105 |
                        | 22 | 10001 |
                        +----+-------+
                        batch 1: 1 row
                        +----+-------+
                        | id | zip   |
                        +----+-------+
                        |  3 | 94105 |
                        +----+-------+
                        """);
    }

    @Test
    void aTerminalIsPaintedOverFromTheTop() throws Exception {
        MemoryInput<String> lines = lines();
        StreamingQuery query = display(true).write(hits(lines)).start();
        feed(query, lines, "1,94105");
        feed(query, lines, "2,94105");
        query.stop();

        assertThat(shown())
                .startsWith("\033[2J\033[H\033[?7lbatch 0: 1 row\033[K\n")
                .contains("\033[J\033[?7h\033[H\033[?7lbatch 1: 1 row\033[K\n")
                .endsWith("+----+-------+\033[K\n\033[J\033[?7h");
    }

    @Test
    void completeModeShowsTheResultInItsOrder() throws Exception {
        MemoryInput<String> lines = lines();
        Dataset<Row> counts = hits(lines).groupBy("zip").count().orderBy("zip");
        StreamingQuery query = printing().write(counts).outputMode("complete").start();
        feed(query, lines, "1,94105", "2,10001", "3,94105");
        query.stop();

        assertThat(shown()).contains("| 10001 |     1 |\n| 94105 |     2 |\n");
    }

    @Test
    void keyedByKeepsTheNewestRowOfEachKeyLastChangedFirst() throws Exception {
        MemoryInput<String> lines = lines();
        Dataset<Row> counts = hits(lines).groupBy("zip").count();
        StreamingQuery query = printing()
                .keyedBy("ZIP")
                .rows(2)
                .write(counts)
                .outputMode("update")
                .start();
        feed(query, lines, "1,94105");
        feed(query, lines, "2,10001");
        feed(query, lines, "3,94105");
        feed(query, lines, "4,60601");
        query.stop();

        assertThat(shown()).endsWith("""
                        batch 2: 1 row
                        +-------+-------+
                        | zip   | count |
                        +-------+-------+
                        | 94105 |     2 |
                        | 10001 |     1 |
                        +-------+-------+
                        batch 3: 1 row
                        +-------+-------+
                        | zip   | count |
                        +-------+-------+
                        | 60601 |     1 |
                        | 94105 |     2 |
                        +-------+-------+
                        """);
    }

    @Test
    void aBatchWithoutRowsDoesNotChangeTheTable() throws Exception {
        MemoryInput<String> lines = lines();
        StreamingQuery query = printing().write(hits(lines).where("id > 1")).start();
        feed(query, lines, "2,10001");
        feed(query, lines, "1,94105");
        query.stop();

        assertThat(shown()).contains("batch 0").doesNotContain("batch 1");
    }

    @Test
    void rowsBeyondTheLimitAreStillCountedAndComputed() throws Exception {
        MemoryInput<String> lines = lines();
        StreamingQuery query = printing().rows(1).write(hits(lines)).start();
        feed(query, lines, "1,a", "2,b", "3,c");
        long read = query.lastProgress().numInputRows();
        query.stop();

        assertThat(shown())
                .startsWith("batch 0: 3 rows\n")
                .contains("|  1 | a ")
                .doesNotContain("|  2 | b ");
        assertThat(read).isEqualTo(3);
    }

    @Test
    void valuesAreCutAndCannotControlTheTerminal() throws Exception {
        MemoryInput<String> lines = lines();
        StreamingQuery query = printing().columnWidth(6).write(lines.toDF()).start();
        feed(query, lines, "0123456789", "\033[2J\n");
        query.stop();

        assertThat(shown()).contains("| 01234… |").contains("| .[2J.  |").doesNotContain("\033");
    }

    @Test
    void namesNullsAndDuplicateColumnsAreShown() throws Exception {
        MemoryInput<String> lines = lines();
        StreamingQuery query = printing()
                .write(lines.toDF()
                        .selectExpr("value as `a.b`", "cast(null as int) as n", "encode(value, 'UTF-8') as n"))
                .start();
        feed(query, lines, "x");
        query.stop();

        assertThat(shown()).contains("| a.b |    n | n |").contains("| x   | NULL | x |");
    }

    @Test
    void keysAreCheckedWithTheRows() {
        assertThat(refusals(printing().keyedBy("zap"), hits()))
                .containsExactly("keyedBy(zap): there is no such column (columns: id, zip)."
                        + " Name one of these, or add the column in an earlier step.");
    }

    @Test
    void invalidArgumentsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> printing().rows(0)).hasMessage("rows(0): a table shows at least one row.");
        assertThatThrownBy(() -> printing().columnWidth(1))
                .hasMessage("columnWidth(1): a value needs at least 2 characters to be readable.");
    }

    private DisplaySink printing() {
        return display(false);
    }

    private DisplaySink display(boolean terminal) {
        return DisplaySink.on(new Terminal(new PrintStream(screen, true, UTF_8), terminal));
    }

    private String shown() {
        return screen.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }

    private static void feed(StreamingQuery query, MemoryInput<String> lines, String... more) {
        add(lines, more);
        query.processAllAvailable();
    }
}
