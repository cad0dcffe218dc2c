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
        Path tests = Path.of("src/test/java/io/millrace/samples");
        Path testkit = Path.of("../streaming-testkit/src/test");
        StringBuilder code = new StringBuilder();
        for (Path file : List.of(
                tests.resolve("ZipCountsTest.java"),
                tests.resolve("TestkitGuideTest.java"),
                tests.resolve("OrdersSinkTest.java"),
                Path.of("consumer/src/test/java/org/example/zips/RealServersTest.java"),
                testkit.resolve("spark4/java/io/millrace/testkit/StateTest.java"),
                testkit.resolve("spark4/java/io/millrace/testkit/TransformWithStateTest.java"))) {
            code.append(Files.readString(file));
        }

        List<String> blocks = Guide.blocks("java");

        assertThat(blocks).hasSizeGreaterThan(5);
        assertThat(blocks).allSatisfy(block -> assertThat(flat(code.toString())).contains(flat(block)));
    }

    private static String flat(String code) {
        return code.replaceAll("\\s+", "");
    }
}
