package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDoubleTest {
    private static final int NUMBERS = 300_000;
    private static final int SEED = 7;

    @ParameterizedTest
    @CsvSource({
        "0.0, true",
        "-0.0, true",
        "4.35, true",
        "100.0, true",
        "0.001, true",
        "9999999.5, true",
        "1234567.12345678, true",
        "0.00000000000000, false",
        "1.50, false",
        "0.0001, false",
        "10000000.5, false",
        "1234567.123456789, false",
        "1e3, false",
        "1.5e3, false"
    })
    void aNumberIsItsOwnTextIfJavaPrintsItSo(String number, boolean isPrinted) {
        assertThat(isPrinted(number)).isEqualTo(isPrinted);
        assertThat(printed(number)).isEqualTo(Double.toString(Double.parseDouble(number)));
    }

    @Test
    void javaPrintsEveryNumberThatIsItsOwnText() {
        assertThat(printedOnes(new Random(SEED), NUMBERS)).isGreaterThan(NUMBERS / 2);
    }

    private static int printedOnes(Random random, int numbers) {
        int printed = 0;
        for (int i = 0; i < numbers; i++) {
            long whole = random.nextLong(bound(random, 7));
            int digits = 1 + random.nextInt(12);
            String number = (random.nextBoolean() ? "-" : "") + whole + "."
                    + String.format("%0" + digits + "d", random.nextLong(bound(random, digits)));
            if (isPrinted(number)) {
                printed++;
                if (!Double.toString(Double.parseDouble(number)).equals(number)) {
                    assertThat(Double.parseDouble(number)).hasToString(number);
                }
            }
        }
        return printed;
    }

    private static long bound(Random random, int mostDigits) {
        return (long) Math.pow(10, 1 + random.nextInt(mostDigits));
    }

    private static boolean isPrinted(String number) {
        byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
        return JsonDouble.isPrinted(bytes, 0, bytes.length);
    }

    private static String printed(String number) {
        byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
        return new String(JsonDouble.printed(bytes, 0, bytes.length), StandardCharsets.US_ASCII);
    }

    /** A long run by hand: how many numbers, and a seed. */
    public static void main(String[] arguments) {
        int numbers = Integer.parseInt(arguments[0]);
        System.out.printf("%,d of %,d%n", printedOnes(new Random(Long.parseLong(arguments[1])), numbers), numbers);
    }
}
