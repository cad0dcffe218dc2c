package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values of the types that Spark 3.5 does not have; {@link VariantTest} has variants. */
class NewTypesTest {
    enum Colour {
        RED
    }

    @Test
    void textWithACollationTakesStringsAndConstantsAlone() {
        assertThat(fitted("STRING COLLATE UTF8_LCASE", "a")).isEqualTo("a");
        assertThat(fitted("STRING COLLATE UTF8_LCASE", Colour.RED)).isEqualTo("RED");
        assertThat(refusalOf(() -> fitted("STRING COLLATE UTF8_LCASE", 1)))
                .isEqualTo("Column \"x\" is string collate UTF8_LCASE and cannot hold 1, a Integer.");
    }

    @Test
    void timeOfDayTakesItsOwnKindAlone() {
        assertThat(fitted("TIME", LocalTime.of(0, 5))).isEqualTo(LocalTime.of(0, 5));
        assertThat(refusalOf(() -> fitted("TIME", "00:05")))
                .isEqualTo("Column \"x\" is time(6) and cannot hold 00:05, a String.");
    }

    private static @Nullable Object fitted(String type, Object value) {
        return Values.row(row(value), StructType.fromDDL("x " + type)).get(0);
    }
}
