package io.millrace.core.internal.json;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get_json_object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.JsonFields;
import io.millrace.core.Spark;
import io.millrace.core.Transforms;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile documents: none of them ends a query or a JVM, and their values are found. */
@Timeout(120)
class HostileJsonTest {
    private static final long SMALL_STACK = 256 << 10;
    private static final int ELEMENTS = 30_000;

    @Test
    void namesThatCollideDoNotAffectLaterRecords() {
        List<String> documents = new java.util.ArrayList<>();
        for (int round = 0; round < 40; round++) {
            documents.add("{\"a\":1," + collidingNames(10, 2) + ",\"last\":x}");
            documents.add("{\"a\":1," + collidingNames(8, 2) + "}");
            documents.add("{\"a\":[{\"a\":1," + plainNames(800) + "}]}");
            documents.add("{\"a\":1," + plainNames(50) + ",\"last\":x}");
        }
        JsonFields fields = Transforms.jsonFields("value").string("a", "$.a").string("each", "$.a[*].a");

        List<String> lines = Spark.lines(rows(documents).transform(fields).select("each"));

        assertThat(lines).hasSize(160).containsOnly("[null]", "[1]");
        assertThat(Spark.lines(rows(documents).transform(fields.route()).selectExpr("substring(a, 1, 2)")))
                .hasSize(80)
                .containsOnly("[1]", "[[{]");
        assertThat(Spark.sql("SELECT get_json_object('{\"a\":1," + plainNames(800) + "}', '$.a')")
                        .head()
                        .get(0))
                .as("Spark's own function, whose table of names this JVM shares")
                .isEqualTo("1");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, 1, 20_000, ELEMENTS - 1, ELEMENTS})
    void anElementAtAHighIndexIsFoundOnASmallStack(int index) {
        String document = "{\"a\":"
                + IntStream.range(0, ELEMENTS).mapToObj(i -> "[" + i + "]").toList() + "}";
        String expected = index < ELEMENTS ? String.valueOf(index) : null;

        assertThat(find(document, "$.a[" + index + "][0]")).isEqualTo(expected);
        assertThat(find(document, "$.a[" + index + "][*]")).isEqualTo(expected == null ? null : "[" + expected + "]");
        assertThat(find(document, "$.a[*][" + index + "]")).isEqualTo(index == 0 ? indexes() : null);
    }

    /** Spark 3.5 takes names of any length, and the Jackson of Spark 4 up to 50,000 characters. */
    @ParameterizedTest(name = "{0} of {1} characters")
    @CsvSource({
        "n, 49999",
        "n, 50000",
        "n, 50001",
        "n, 1000000",
        "é, 25001",
        "é, 50000",
        "é, 50001",
        "€, 16667",
        "€, 50000",
        "€, 50001",
        "😀, 12501",
        "😀, 25000",
        "😀, 25001",
        "\\u00e9, 8334",
        "\\u00e9, 50000",
        "\\u00e9, 50001"
    })
    void aLongNameIsANameIfItIsOneForSpark(String character, int length) {
        String name = character.repeat(length);
        String document = "{\"" + name + "\":1,\"a\":2}";

        assertThat(find(document, "$.a")).isEqualTo(sparks(document, "$.a"));
        assertThat(find(document, "$." + name)).isEqualTo(sparks(document, "$." + name));
    }

    private static @Nullable String sparks(String document, String path) {
        return rows(List.of(document))
                .select(get_json_object(col("value").cast("string"), path))
                .head()
                .getString(0);
    }

    @Test
    void aPathOfThousandsOfStepsIsRefused() {
        assertThat(find("[".repeat(200) + "7" + "]".repeat(200), "$" + "[0]".repeat(200)))
                .isEqualTo("7");
        assertThatThrownBy(() -> Transforms.jsonField("deep", "$" + "[0]".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("a path has 200 steps at most. Take out a part of the document first.");
    }

    /** Every kind of hostility at once; the value is known, because the document is built around it. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void theValueIsFoundInEveryHostileDocument(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            Hurt hurt = Hurt.of(random);
            assertThat(find(hurt.document(), hurt.path())).as(hurt.kind()).isEqualTo(hurt.expected());
            String cut =
                    hurt.document().substring(0, random.nextInt(hurt.document().length()));
            assertThat(find(cut, hurt.path())).as("cut off: " + hurt.kind()).isNull();
        }
    }

    @Test
    void aQueryOfHostileDocumentsSucceeds() {
        Random random = new Random(4);
        List<Hurt> hurts = Stream.generate(() -> Hurt.of(random)).limit(300).toList();
        List<String> documents = hurts.stream().map(Hurt::document).toList();
        JsonFields all = Transforms.jsonFields("value");
        for (String path : List.of("$.v", "$.v[0]", "$.v[*]", "$.v[*][*]", "$.v[9][*]", "$.v[*][9][*].v", "$")) {
            all = all.string("f" + path, path).decimal("d" + path, path, 38, 2).timestamp("t" + path, path);
        }

        Dataset<Row> read = rows(documents).transform(all);

        assertThat(read.count()).isEqualTo(300);
        assertThat(read.where("`f$.v` IS NOT NULL").count()).isGreaterThan(100);
    }

    /** A document, a path into it, and what the path finds. */
    private record Hurt(
            String kind,
            String document,
            String path,
            @Nullable String expected) {
        static Hurt of(Random random) {
            String before = random.nextBoolean() ? "" : names(random) + ",";
            String after = random.nextBoolean() ? "" : "," + names(random);
            int size = 1 + random.nextInt(1_200);
            return switch (random.nextInt(7)) {
                case 0 -> new Hurt("a number", document(before, "7".repeat(size), after), "$.v", digits(size));
                case 1 -> {
                    // The root is a level too.
                    String deep = "[".repeat(size) + "7" + "]".repeat(size);
                    yield new Hurt("depth", document(before, deep, after), "$.v[*][*]", size < 1_000 ? "[7]" : null);
                }
                case 2 -> {
                    String deep = "{\"v\":".repeat(size) + "7" + "}".repeat(size);
                    yield new Hurt("objects", document(before, deep, after), "$.v.v", size > 999 ? null : inside(deep));
                }
                case 3 -> {
                    int index = random.nextInt(size);
                    String list = IntStream.range(0, size)
                            .mapToObj(i -> "[" + i + "]")
                            .collect(joining());
                    yield new Hurt(
                            "an index", document(before, list, after), "$.v[" + index + "][*]", "[" + index + "]");
                }
                case 4 -> {
                    String text = "\\\"é".repeat(size * 20);
                    yield new Hurt("length", document(before, '"' + text + '"', after), "$.v", text.replace("\\", ""));
                }
                case 5 -> {
                    String list = IntStream.range(0, size)
                            .mapToObj(i -> "{\"x\":[[" + i + "]]}")
                            .collect(joining());
                    String all =
                            IntStream.range(0, size).mapToObj(String::valueOf).collect(joining());
                    yield new Hurt(
                            "wildcards",
                            document(before, list, after),
                            "$.v[*].x[*][*]",
                            size == 1 ? all : all.replaceAll("(\\d+)", "[$1]"));
                }
                default -> new Hurt("no such member", document(before, "null", after), "$.v", null);
            };
        }

        private static java.util.stream.Collector<CharSequence, ?, String> joining() {
            return Collectors.joining(",", "[", "]");
        }

        private static String document(String before, String value, String after) {
            return "{" + before + "\"v\":" + value + after + "}";
        }

        private static @Nullable String digits(int size) {
            return size > 1_000 ? null : "7".repeat(size);
        }

        private static @Nullable String inside(String deep) {
            return deep.length() == "{\"v\":7}".length() ? null : deep.substring(5, deep.length() - 1);
        }

        private static String names(Random random) {
            return random.nextBoolean()
                    ? collidingNames(1 + random.nextInt(10), random.nextInt(9))
                    : plainNames(1 + random.nextInt(900));
        }
    }

    /** Names of one length and one hash: "ab" and "bA" weigh the same if a character weighs 33 times the next one. */
    private static String collidingNames(int blocks, int value) {
        return IntStream.range(0, 1 << blocks)
                .mapToObj(bits -> IntStream.range(0, blocks)
                        .mapToObj(block -> (bits >> block & 1) == 0 ? "ab" : "bA")
                        .collect(Collectors.joining("", "\"", "\":" + value)))
                .collect(Collectors.joining(","));
    }

    private static String plainNames(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"s" + count + "_" + i + "\":2")
                .collect(Collectors.joining(","));
    }

    private static String indexes() {
        return IntStream.range(0, ELEMENTS).mapToObj(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    /** Reads with a reader that has read such documents before, on a small stack. */
    private @Nullable String find(String document, String path) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            JsonReader reader = new JsonReader(
                                    List.of(JsonPath.parse("string(x", path)), List.of(JsonText.Numbers.AS_SPARK));
                            reader.read(document.getBytes(StandardCharsets.UTF_8));
                            byte[] found = reader.value(0);
                            return found == null ? null : new String(found, StandardCharsets.UTF_8);
                        },
                        task -> new Thread(null, task, "small stack", SMALL_STACK).start())
                .join();
    }

    private static Dataset<Row> rows(List<String> documents) {
        return Spark.session().createDataset(documents, Encoders.STRING()).toDF("value");
    }
}
