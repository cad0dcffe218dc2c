package io.millrace.sinks.jdbc;

import io.millrace.core.internal.spark.ScalaCollections;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of the fuzz on PostgreSQL: every type that a key may have, with values that are nearly or quite equal. */
final class PostgresKeyFuzzKeys {
    private PostgresKeyFuzzKeys() {}

    /** @param nullsNotDistinct whether the server has indexes for which NULL is a key */
    static List<List<KeyFuzzType>> all(boolean nullsNotDistinct) {
        List<List<KeyFuzzType>> keys = new ArrayList<>();
        Stream.of(numbers(), texts(), times(), others(), containers(), domains())
                .flatMap(List::stream)
                .map(List::of)
                .forEach(keys::add);
        if (nullsNotDistinct) {
            nullable().stream().map(List::of).forEach(keys::add);
        }
        keys.add(List.of(
                of("several", "decimal(8,4)", "numeric(10,2)", PostgresKeyFuzzKeys::decimal),
                spelled("several", "citext", "Ann", "ann", "bob", "BOB")));
        keys.add(List.of(
                spelled("several", "text COLLATE fuzz.any_case", "Ann", "ann", "bob", "BOB"),
                of("several", "timestamp", "timestamptz(3)", PostgresKeyFuzzKeys::instant),
                of("several", "int", "int", random -> random.nextInt(3))));
        return keys;
    }

    private static List<KeyFuzzType> numbers() {
        return List.of(
                of("integers", "tinyint", "smallint", random -> (byte) random.nextInt(20)),
                of("integers", "bigint", "int", random -> (long) random.nextInt(20)),
                of("integers", "int", "bigint", random -> random.nextInt(20)),
                of("integers", "boolean", "boolean", Random::nextBoolean),
                of("numbers", "decimal(8,4)", "numeric", PostgresKeyFuzzKeys::decimal),
                of("numbers", "decimal(8,4)", "numeric(10,2)", PostgresKeyFuzzKeys::decimal),
                of("numbers", "decimal(8,4)", "numeric(6,0)", PostgresKeyFuzzKeys::decimal),
                of("numbers", "int", "numeric(6,1)", random -> random.nextInt(20)),
                of("numbers", "float", "real", PostgresKeyFuzzKeys::single),
                of("numbers", "float", "float8", PostgresKeyFuzzKeys::single),
                of("numbers", "double", "float8", random -> ((Float) single(random)).doubleValue()));
    }

    private static List<KeyFuzzType> texts() {
        String[] cases = {"Ann", "aNN", "ann ", "ann", "bob", "Bob", "B\u00f6b", "\u00e9te", "ete", "Ete"};
        String[] three = {"a", "A", "a ", "a  ", "a    ", "ab", "aB ", "ab  ", "\u00e1", "a\t"};
        return List.of(
                spelled("text", "text", cases),
                spelled("text", "varchar COLLATE \"C\"", cases),
                spelled("text", "text COLLATE \"und-x-icu\"", cases),
                spelled("text", "varchar(3)", three),
                spelled("text", "char(4)", three),
                spelled("text", "bpchar", three),
                spelled("text", "name", cases),
                spelled("text", "\"char\"", "a", "b", "A", "ab"),
                spelled("text", "text", cases).indexed("text_pattern_ops"),
                spelled("text", "char(4)", three).indexed("bpchar_pattern_ops"),
                spelled("collations", "text COLLATE fuzz.any_case", cases),
                spelled("collations", "text COLLATE fuzz.any_accent", cases),
                spelled("collations", "text COLLATE fuzz.by_number", "a1", "a01", "a001", "a2", "b"),
                spelled("collations", "varchar(3) COLLATE fuzz.any_case", three),
                spelled("collations", "char(4) COLLATE fuzz.any_accent", three),
                spelled("collations", "text", cases).indexed("COLLATE fuzz.any_case"),
                spelled("collations", "text COLLATE fuzz.any_case", cases).indexed("COLLATE \"C\""),
                spelled("collations", "citext", cases),
                spelled("collations", "citext", cases).indexed("citext_pattern_ops"));
    }

    private static List<KeyFuzzType> times() {
        return List.of(
                of("times", "timestamp", "timestamptz", PostgresKeyFuzzKeys::instant),
                of("times", "timestamp", "timestamptz(0)", PostgresKeyFuzzKeys::instant),
                of("times", "timestamp", "timestamptz(3)", PostgresKeyFuzzKeys::instant),
                of("times", "timestamp_ntz", "timestamp", PostgresKeyFuzzKeys::local),
                of("times", "timestamp_ntz", "timestamp(2)", PostgresKeyFuzzKeys::local),
                of("times", "date", "date", random -> LocalDate.ofEpochDay(random.nextInt(20))),
                spelled("times", "time", "12:00", "12:00:00", "12:00 PM", "00:00", "24:00"),
                spelled("times", "time(0)", "12:00:00.4", "12:00", "11:59:59.7", "13:00:00.6"),
                spelled("times", "timetz", "12:00+00", "13:00+01", "12:00Z", "12:00+02"),
                spelled("times", "interval", "1 day", "24 hours", "1 mon", "30 days", "1 h", "60 min"),
                spelled("times", "interval(0)", "1.4 s", "1 s", "0.6 s", "1 day", "24 hours"),
                spelled("times", "interval day", "1", "1 day", "24 hours", "30 hours", "2"));
    }

    private static List<KeyFuzzType> others() {
        String uuid = "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c1";
        return List.of(
                of("addresses", "string", "uuid", random -> uuid(random, uuid + random.nextInt(4))),
                spelled("addresses", "inet", "10.0.0.1", "10.0.0.1/32", "10.0.0.1/8", "::1", "0:0::1", "1.2.3.4"),
                spelled("addresses", "cidr", "10.0.0.0/8", "10/8", "10.0.0.0", "10.0.0.0/32", "::/0"),
                spelled(
                        "addresses",
                        "macaddr",
                        "08:00:2b:01:02:03",
                        "08-00-2B-01-02-03",
                        "08002b010203",
                        "01:00:00:00:00:00"),
                spelled("addresses", "macaddr8", "08:00:2b:01:02:03:04:05", "08002b0102030405", "08:00:2b:01:02:03"),
                spelled(
                        "documents",
                        "jsonb",
                        "{\"a\":1,\"b\":2}",
                        "{\"b\":2, \"a\":1.0}",
                        "{}",
                        "[]",
                        "1",
                        "1.0",
                        "\"a\""),
                spelled("bits", "bit(4)", "1010", "1011", "0000"),
                spelled("bits", "varbit(5)", "1010", "10100", "1", "01"),
                of("bits", "binary", "bytea", random -> new byte[] {(byte) random.nextInt(9)}),
                spelled("numbers", "money", "1.001", "1", "$1.00", "1.006", "2"),
                spelled("numbers", "oid", "1", "01", "2"),
                spelled("numbers", "xid8", "1", "2", "3"),
                spelled("numbers", "pg_lsn", "0/A", "0/0a", "0/B"),
                spelled("documents", "fuzz.mood", "glad", "sad"),
                spelled("documents", "ltree", "a.b", "a.B", "a"),
                spelled("documents", "hstore", "a=>1,b=>2", "b=>2, a=>1", "a=>1", "a=>NULL"),
                spelled("documents", "tsvector", "a b", "b a", "a", "a a"));
    }

    private static List<KeyFuzzType> containers() {
        return List.of(
                of(
                        "containers",
                        "array<int>",
                        "int[]",
                        random -> list(random.nextInt(3), random.nextBoolean() ? null : 1)),
                of("containers", "array<decimal(8,4)>", "numeric(10,2)[]", random -> list(decimal(random))),
                of("containers", "array<string>", "text[]", random -> list(name(random), name(random))),
                of("containers", "array<string>", "citext[]", random -> list(name(random))),
                of("containers", "array<string>", "text[] COLLATE fuzz.any_case", random -> list(name(random))),
                of("containers", "array<string>", "varchar(3)[]", random -> list("a" + " ".repeat(random.nextInt(5)))),
                of("containers", "array<string>", "fuzz.code[]", random -> list("a" + " ".repeat(random.nextInt(5)))),
                of(
                        "containers",
                        "array<string>",
                        "inet[]",
                        random -> list("10.0.0.1" + (random.nextBoolean() ? "" : "/32"))),
                spelled("containers", "int4range", "[1,3)", "[1,2]", "(0,2]", "empty", "[1,1)", "[1,)"),
                spelled("containers", "numrange", "[1,2)", "[1.0,2.00)", "[1,2]", "(,2)"),
                spelled("containers", "int4multirange", "{[1,3)}", "{[1,2)}", "{[1,1],[2,2]}", "{}"),
                spelled("containers", "fuzz.pair", "(1,1.001)", "(1,1.002)", "(1,1.00)", "( 1 ,1.01)", "(2,)"));
    }

    private static List<KeyFuzzType> domains() {
        return List.of(
                of("domains", "decimal(8,4)", "fuzz.cheap", PostgresKeyFuzzKeys::decimal),
                of("domains", "int", "fuzz.count", random -> random.nextInt(9)),
                spelled("domains", "fuzz.code", "a", "a ", "a   ", "a    ", "ab"),
                spelled("domains", "fuzz.name", "a", "A ", "A   ", "a    ", "ab", "aB"),
                spelled("domains", "fuzz.address", "Ann", "ann", "bob"));
    }

    private static List<KeyFuzzType> nullable() {
        return List.of(
                of("null", "int", "int", orNull(random -> random.nextInt(5))),
                of("null", "string", "citext", orNull(PostgresKeyFuzzKeys::name)),
                of("null", "array<int>", "int[]", orNull(random -> list(random.nextInt(3)))));
    }

    private static KeyFuzzType of(String family, String spark, String column, Function<Random, Object> value) {
        return KeyFuzzType.of(family, spark, column, value);
    }

    private static KeyFuzzType spelled(String family, String column, String... spellings) {
        return KeyFuzzType.spelled(family, column, spellings);
    }

    private static Function<Random, Object> orNull(Function<Random, Object> value) {
        return random -> random.nextInt(5) == 0 ? null : value.apply(random);
    }

    private static Object decimal(Random random) {
        return BigDecimal.valueOf(random.nextInt(200) - 100, 4).add(BigDecimal.valueOf(random.nextInt(3)));
    }

    private static Object single(Random random) {
        float[] numbers = {0.0f, -0.0f, Float.NaN, 1.5f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0.25f};
        return numbers[random.nextInt(numbers.length)];
    }

    private static Object instant(Random random) {
        long micros = random.nextInt(3) * 500_000L + random.nextInt(4) * 500L + random.nextInt(3) - 1;
        return Instant.parse("2000-01-01T00:00:00Z").plusNanos((random.nextBoolean() ? 1_000L : -1_000L) * micros);
    }

    private static Object local(Random random) {
        return LocalDateTime.ofInstant((Instant) instant(random), ZoneOffset.UTC);
    }

    private static Object name(Random random) {
        return List.of("Ann", "ann", "Bob", "bOB").get(random.nextInt(4));
    }

    private static Object uuid(Random random, String plain) {
        String digits = plain.replace("-", "");
        return List.of(plain, "{" + plain + "}", digits, "{" + digits + "}").get(random.nextInt(4));
    }

    private static Object list(@Nullable Object... elements) {
        return ScalaCollections.seq(Arrays.asList(elements));
    }
}
