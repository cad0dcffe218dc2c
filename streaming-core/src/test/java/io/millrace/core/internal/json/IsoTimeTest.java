package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;

/** Spark's cast is the reference. */
@Timeout(120)
class IsoTimeTest {
    private static final int TEXTS = 20_000;

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "UTC",
                "+05:45",
                "Europe/Brussels",
                "America/St_Johns",
                "America/Sao_Paulo",
                "Asia/Kolkata",
                "Africa/Monrovia",
                "Australia/Lord_Howe",
                "Pacific/Apia",
            })
    void aTimeIsThatOfSparkOrIsLeftToIt(String session) {
        ZoneId zone = DateTimeUtils.getZoneId(session);
        IsoTime times = new IsoTime(zone);
        TimeTexts texts = new TimeTexts(new Random(7).nextLong(), zone);

        Stream.generate(texts::next).limit(TEXTS).forEach(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            UTF8String spark = UTF8String.fromBytes(bytes);
            assertSame(text, times.micros(bytes), DateTimeUtils.stringToTimestamp(spark, zone));
            assertSame(text, IsoTime.localMicros(bytes), DateTimeUtils.stringToTimestampWithoutTimeZone(spark, false));
            assertSame(text, times.day(bytes), DateTimeUtils.stringToDate(spark));
        });
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"UTC", "Europe/Brussels"})
    void noTimeInPlainFormIsLeftToSpark(String session) {
        IsoTime times = new IsoTime(ZoneId.of(session));
        TimeTexts texts = new TimeTexts(7, ZoneId.of(session));

        Stream.generate(texts::plain).limit(TEXTS).forEach(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(times.micros(bytes)).as(text).isNotEqualTo(IsoTime.OTHER);
            assertThat(times.day(bytes)).as(text).isNotEqualTo(IsoTime.OTHER);
        });
    }

    /** Which texts Spark reads differently, or not at all. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "2026-02-29",
                "2026-00-10",
                "2026-13-10",
                "2026-03-00",
                "2026-03-01T24:00:00Z",
                "2026-03-01T23:60:00Z",
                "2026-03-01T23:59:60Z",
                "2026-03-01T10:00:00.",
                "2026-03-01T10:00:00.Z",
                "2026-03-01T10:00:00.1234567890Z",
                "2026-03-01T10:00:00+18:01",
                "2026-03-01T10:00:00 Z",
                "2026-03-01T10:00Z",
                " 2026-03-01",
                "2026-03-01 ",
                "12026-03-01",
                "-2026-03-01",
            })
    void anyOtherTextIsLeftToSpark(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(new IsoTime(ZoneId.of("UTC")).micros(bytes)).isEqualTo(IsoTime.OTHER);
        assertThat(new IsoTime(ZoneId.of("UTC")).day(bytes)).isEqualTo(IsoTime.OTHER);
        assertThat(IsoTime.localMicros(bytes)).isEqualTo(IsoTime.OTHER);
    }

    private static void assertSame(String text, long found, Option<Object> spark) {
        @Nullable Object expected = spark.isEmpty() ? null : ((Number) spark.get()).longValue();
        if (found != IsoTime.OTHER) {
            assertThat(found).as(text).isEqualTo(expected);
        }
    }
}
