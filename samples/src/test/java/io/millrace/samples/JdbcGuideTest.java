package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.DeadLetterSource;
import io.millrace.sinks.jdbc.JdbcExactlyOnce;
import io.millrace.sinks.jdbc.JdbcLookup;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.JdbcUpsert;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the tables of docs/jdbc.md, docs/lookups.md and docs/backfill.md have every call. */
class JdbcGuideTest {
    private static final List<String> OF_ANY_SINK =
            List.of("check", "notes", "targets", "describe", "load", "equals", "hashCode", "toString");

    @ParameterizedTest
    @ValueSource(classes = {Database.class, JdbcTarget.class, JdbcUpsert.class, JdbcExactlyOnce.class})
    void everyCallIsInATable(Class<?> type) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "jdbc.md"));

        assertThatCallsAreIn(page.substring(page.indexOf("## All calls"), page.indexOf("## Permissions")), type);
    }

    @Test
    void everyCallOfDeadLettersIsInTheTableOfRepairs() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "backfill.md"));

        assertThatCallsAreIn(page.substring(page.indexOf("## Dead letters")), DeadLetterSource.class);
    }

    @Test
    void everyCallOfALookUpIsInItsTable() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "lookups.md"));

        assertThatCallsAreIn(page.substring(page.indexOf("## All calls")), JdbcLookup.class);
    }

    private static void assertThatCallsAreIn(String tables, Class<?> type) {
        List<String> calls = Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !OF_ANY_SINK.contains(name))
                .distinct()
                .toList();

        assertThat(calls).isNotEmpty().allSatisfy(call -> assertThat(tables).containsPattern("`" + call + "[`(]"));
    }
}
