package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as a test writes them, and as messages show them. */
class TimesTest {
    @ParameterizedTest
    @CsvSource({
        "00:00, 2026-01-01T00:00:00Z",
        "00:05, 2026-01-01T00:05:00Z",
        "23:59:59, 2026-01-01T23:59:59Z",
        "00:05:30.5, 2026-01-01T00:05:30.500Z",
        "00:05:30.000001, 2026-01-01T00:05:30.000001Z"
    })
    void timeOfDayIsOnTheDayOfEveryKit(String written, Instant instant) {
        assertThat(StreamKit.at(written)).isEqualTo(instant);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T00:05:00Z, 2026-01-02T00:05:00Z",
        "2026-01-02T00:05:00, 2026-01-02T00:05:00Z",
        "2026-01-02T00:05, 2026-01-02T00:05:00Z",
        "2026-01-02 00:05:00, 2026-01-02T00:05:00Z",
        "2026-01-02T00:05:00+01:00, 2026-01-01T23:05:00Z",
        "2026-01-02 00:05-00:30, 2026-01-02T00:35:00Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z"
    })
    void wholeInstantIsTakenWithItsZoneOrInUtc(String written, Instant instant) {
        assertThat(StreamKit.at(written)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "24:00",
                "00:60",
                "0:05",
                "five past",
                "2026-01-02",
                "2026-01-02T00:05:00 ",
                "2026-13-01T00:00:00Z",
                "2026-01-01  00:05:00"
            })
    void whatIsNotATimeIsRefusedWithBothWaysToWriteOne(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamKit.at(text))
                .withMessageStartingWith("\"" + text + "\" is ")
                .withMessageContaining("write \"00:05\" or \"00:05:30\" for a time on 2026-01-01 in UTC")
                .withMessageEndingWith("\"2026-01-02T00:05:00Z\".")
                .withCauseInstanceOf(DateTimeParseException.class);
    }

    @Test
    void refusalOfAClockNamesTheTimeToo() {
        assertThat(refusalOf(() -> KafkaRow.value("a").timestamp("noon"))).startsWith("\"noon\" is ");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 00:00",
        "2026-01-01T00:05:00Z, 00:05",
        "2026-01-01T00:05:30Z, 00:05:30",
        "2026-01-01T00:05:30.250Z, 00:05:30.250",
        "2026-01-01T23:59:59.999999Z, 23:59:59.999999",
        "2026-01-02T00:00:00Z, 2026-01-02T00:00",
        "2025-12-31T23:57:00Z, 2025-12-31T23:57",
        "1970-01-01T00:00:00.001Z, 1970-01-01T00:00:00.001"
    })
    void timesAreShownAsShortAsTheyAreWritten(Instant instant, String shown) {
        assertThat(Times.text(instant)).isEqualTo(shown);
    }

    @Test
    void millisecondsAreShownLikeInstants() {
        assertThat(Times.text(StreamKit.at("00:05").toEpochMilli())).isEqualTo("00:05");
        assertThat(Times.text(0)).isEqualTo("1970-01-01T00:00");
    }

    @RepeatedTest(20)
    void whatIsShownOfTheDayCanBeWritten(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        Instant time = StreamKit.at("00:00")
                .plusSeconds(random.nextInt(86_400))
                .plusMillis(random.nextInt(3) * 250L)
                .plusNanos(random.nextInt(2) * 1_000L);

        assertThat(StreamKit.at(Times.text(time))).isEqualTo(time);
    }
}
