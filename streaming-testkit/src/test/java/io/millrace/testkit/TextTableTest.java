package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Alignment of cells in messages. */
class TextTableTest {
    @Test
    void columnsAreAsWideAsTheirLongestCell() {
        TextTable table = new TextTable()
                .line("", List.of("zip", "hits"))
                .line("expected", List.of("9000", "1"))
                .line("was", List.of("1", "1000000"));

        assertThat(table.text("")).isEqualTo("""
                          zip   hits
                expected  9000  1
                was       1     1000000
                """);
    }

    @Test
    void everyLineIsIndented() {
        assertThat(new TextTable()
                        .line("a", List.of("1"))
                        .line("b", List.of("2"))
                        .text("    "))
                .isEqualTo("    a  1\n    b  2\n");
    }

    @Test
    void noLineEndsInBlanks() {
        TextTable table = new TextTable()
                .line("label", List.of("long cell", "x"))
                .line("", List.of("", ""))
                .line("b", List.of("y", ""));

        assertThat(table.text("  ")).isEqualTo("  label  long cell  x\n\n  b      y\n");
    }

    @Test
    void linesMayHaveFewerCellsThanOthers() {
        TextTable table =
                new TextTable().line("missing", List.of("9000", "1", "2")).line("missing", List.of("... and 3 more"));

        assertThat(table.text("")).isEqualTo("""
                missing  9000            1  2
                missing  ... and 3 more
                """);
    }

    @Test
    void tableWithoutLinesIsEmpty() {
        assertThat(new TextTable().text("  ")).isEmpty();
    }
}
