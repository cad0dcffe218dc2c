package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuideTest {
    @Test
    void codeOfTheTestkitGuideIsInTests() throws IOException {
        Path tests = Path.of("src", "test", "java", "io", "millrace", "samples");
        String code = Files.readString(tests.resolve("ZipCountsTest.java"))
                + Files.readString(Path.of("consumer/src/test/java/org/example/zips/RealServersTest.java"))
                + Files.readString(tests.resolve("TestkitGuideTest.java"))
                + Files.readString(Path.of(
                        "..",
                        "streaming-testkit",
                        "src",
                        "test",
                        "java",
                        "io",
                        "millrace",
                        "testkit",
                        "LedgerAppendTest.java"));

        List<String> blocks = Guide.blocks("java");

        assertThat(blocks).hasSizeGreaterThan(5);
        assertThat(blocks).allSatisfy(block -> assertThat(flat(code)).contains(flat(block)));
    }

    private static String flat(String code) {
        return code.replaceAll("\\s+", "");
    }
}
