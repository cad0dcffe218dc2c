package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.apache.spark.sql.types.Decimal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void anyNumberIsReadByItsDigits(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            BigInteger digits = new BigInteger(1 + random.nextInt(130), random);
            BigDecimal number =
                    new BigDecimal(random.nextBoolean() ? digits : digits.negate(), random.nextInt(60) - 20);
            String text = random.nextBoolean() ? number.toPlainString() : number.toString();
            int scale = random.nextInt(20);

            assertThat(JsonNumber.whole(text)).as(text).isEqualTo(whole(number));
            assertThat(text(JsonNumber.decimal(text, 38, scale))).as(text).isEqualTo(text(rounded(number, scale)));
            assertThat(JsonNumber.shifted(text, 3)).as(text).isEqualTo(whole(floor(number.movePointRight(3))));
        }
    }

    private static @Nullable Long whole(BigDecimal number) {
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static BigDecimal floor(BigDecimal number) {
        return number.setScale(0, RoundingMode.FLOOR);
    }

    private static @Nullable BigDecimal rounded(BigDecimal number, int scale) {
        BigDecimal rounded = number.setScale(scale, RoundingMode.HALF_UP);
        return rounded.precision() > 38 ? null : rounded;
    }

    private static String text(@Nullable Object number) {
        Object digits = number instanceof Decimal decimal ? decimal.toJavaBigDecimal() : number;
        return digits instanceof BigDecimal plain ? plain.toPlainString() : "none";
    }
}
