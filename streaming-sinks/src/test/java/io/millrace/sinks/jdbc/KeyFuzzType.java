package io.millrace.sinks.jdbc;

import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A kind of key.
 *
 * @param family name under which the fuzz counts the rows of several types
 * @param spark the type of the stream's values
 * @param column the column's type, as CREATE TABLE takes it
 * @param index what follows the column's name in the unique index, often empty
 * @param value a random spelling of one of few values, so that rows share keys, or NULL
 */
public record KeyFuzzType(String family, String spark, String column, String index, Function<Random, Object> value) {
    /** A key with enough different values for a flush by COPY. */
    static final KeyFuzzType MANY =
            new KeyFuzzType("integers", "int", "int", "", random -> random.nextInt(KeyFuzz.MANY_KEYS));

    static KeyFuzzType of(String family, String spark, String column, Function<Random, Object> value) {
        return new KeyFuzzType(family, spark, column, "", value);
    }

    /** A string in one of these spellings. */
    static KeyFuzzType spelled(String family, String column, String... spellings) {
        return of(family, "string", column, random -> spellings[random.nextInt(spellings.length)]);
    }

    KeyFuzzType indexed(String how) {
        return new KeyFuzzType(family, spark, column, how, value);
    }

    @Override
    public String toString() {
        return spark + " in " + column + (index.isEmpty() ? "" : " indexed " + index);
    }

    static String name(List<KeyFuzzType> key) {
        return String.join(", ", key.stream().map(KeyFuzzType::toString).toList());
    }
}
