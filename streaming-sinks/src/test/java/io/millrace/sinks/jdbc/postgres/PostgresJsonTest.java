package io.millrace.sinks.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.jdbc.Server;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL accepts every document that Java is sure of; it may accept the others. */
class PostgresJsonTest {
    private static final List<String> VALID = List.of(
            "{}",
            " [ ] ",
            "null",
            "-0.5e-12",
            "\"\"",
            "\t{ \"a\" : [1, 2.50, true, false, null, \"\\\"\\\\\\/\\b\\f\\n\\r\\t\"],"
                    + "\r\n \"a\": {\"é€😀\": \"\u007f\"} } ",
            "123456789012345678901234567890.123456789",
            "1E999",
            "[".repeat(64) + "]".repeat(64));

    private static final List<String> UNVALID = List.of(
            "",
            " ",
            "{",
            "[1",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "1 2",
            "{}x",
            "truex",
            "tru",
            "True",
            "NaN",
            "Infinity",
            "-",
            "+1",
            "01",
            "-01",
            "1.",
            ".5",
            "1e",
            "1e+",
            "0x1",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"a\tb\"",
            "\"a\nb\"",
            "[1]\u00a0",
            "\ufeff{}",
            "// a\n1",
            "{\"a\":1}}",
            "]");

    private static final List<String> UNSURE = List.of(
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\u00e9\"",
            "1e9999",
            "1e1000000",
            "9".repeat(101),
            "[".repeat(65) + "]".repeat(65),
            "[\"" + "x".repeat(1 << 20) + "\"]");

    @Test
    void plainValidDocumentsAreSure() {
        assertThat(VALID).allMatch(PostgresJson::isSure).allMatch(PostgresJsonTest::isAccepted);
    }

    @Test
    void nothingElseIsSure() {
        assertThat(UNVALID).noneMatch(PostgresJson::isSure).noneMatch(PostgresJsonTest::isAccepted);
        assertThat(UNSURE).noneMatch(PostgresJson::isSure);
    }

    /** Valid documents with a few characters changed, which often leaves them valid. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theServerAcceptsWhatIsSure(long seed) {
        Random random = new Random(seed);
        List<String> sources = Stream.concat(VALID.stream(), UNSURE.stream())
                .filter(text -> text.length() < 200)
                .toList();
        List<String> sure = IntStream.range(0, 20_000)
                .mapToObj(index -> changed(sources.get(random.nextInt(sources.size())), random))
                .filter(PostgresJson::isSure)
                .toList();

        assertThat(sure).hasSizeGreaterThan(1_000);
        assertThat(Server.rows("SELECT count(CAST(text AS jsonb)) FROM unnest(" + array(sure) + ") AS text"))
                .containsExactly(String.valueOf(sure.size()));
    }

    private static String changed(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(changed.length() + 1);
            String characters = "{}[]\",:\\/ eE+-.0123456789untrfalsbx\t\n\u0001é";
            char character = characters.charAt(random.nextInt(characters.length()));
            if (at < changed.length() && random.nextBoolean()) {
                changed.setCharAt(at, character);
            } else {
                changed.insert(at, character);
            }
        }
        return changed.toString();
    }

    private static boolean isAccepted(String text) {
        return Server.rows("SELECT pg_input_is_valid(" + literal(text) + ", 'jsonb')")
                .equals(List.of("t"));
    }

    private static String array(List<String> texts) {
        return "ARRAY["
                + String.join(",", texts.stream().map(PostgresJsonTest::literal).toList()) + "]";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
