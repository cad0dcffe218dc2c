package io.millrace.core.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What code says is the same whenever and wherever it is built. */
class CodeDocumentTest {
    /** Documents that another JVM has written, on Spark 3.5.7: for a new form of them, delete it and run the test. */
    private static final Path RECORDED = Path.of("src/test/resources/io/millrace/core/code-documents.txt");

    private static final Map<String, CodeDocument> OTHERS = new LinkedHashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @BeforeAll
    static void read() throws IOException {
        if (Files.notExists(RECORDED)) {
            StringBuilder text = new StringBuilder();
            names().forEach(name -> text.append("# ")
                    .append(name)
                    .append('\n')
                    .append(GuardedPlans.document(name).text()));
            Files.writeString(RECORDED, text);
        }
        List<String> facts = new ArrayList<>();
        String name = "";
        for (String line : Files.readAllLines(RECORDED)) {
            if (line.startsWith("# ")) {
                OTHERS.put(name, CodeDocument.parsed(facts));
                facts.clear();
                name = line.substring(2);
            } else {
                facts.add(line);
            }
        }
        OTHERS.put(name, CodeDocument.parsed(facts));
    }

    static List<String> names() {
        return GuardedPlans.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isTheSameInAnotherSession(String name) {
        assertThat(GuardedPlans.document(name)).isEqualTo(GuardedPlans.document(name));
    }

    /** Written by another JVM, and on Spark 4 by another line of Spark. */
    @ParameterizedTest
    @MethodSource("names")
    void agreesWithThatOfAnotherJvm(String name) {
        CodeDocument now = GuardedPlans.document(name);
        CodeDocument other = Objects.requireNonNull(OTHERS.get(name));
        assertThat(now.facts())
                .filteredOn(fact -> !fact.place().equals("analysis")
                        && !fact.place().equals("time zone")
                        && !fact.place().startsWith("input of "))
                .allSatisfy(fact -> assertThat(now.agrees(other, fact.place()))
                        .as(fact + " and " + other.words(fact.place()))
                        .isTrue());
        assertThat(now.all("step")).isEqualTo(other.all("step"));
    }

    @Test
    void isReadAsItWasWritten() {
        for (String name : names()) {
            CodeDocument document = GuardedPlans.document(name);
            assertThat(CodeDocument.parsed(document.text().lines().toList())).isEqualTo(document);
        }
    }
}
