package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Beans that a test gives: they arrive as they are, or are refused. */
@StreamingTest
class BeanInputsTest {
    /** A value of each kind that Spark has a column for; its getters have no setters. */
    @SuppressWarnings("NullAway")
    public static final class Everything {
        public int getA() {
            return 1;
        }

        public @Nullable Long getB() {
            return null;
        }

        public boolean isC() {
            return true;
        }

        public String getD() {
            return "text";
        }

        public String[] getE() {
            return new String[] {"a", null};
        }

        public int[] getF() {
            return new int[] {1, 2};
        }

        public List<List<Integer>> getG() {
            return List.of(Arrays.asList(1, null));
        }

        public Map<String, Place> getH() {
            return Map.of("k", new Place("9000"));
        }

        public @Nullable Place getI() {
            return new Place(null);
        }

        public Colour getJ() {
            return Colour.RED;
        }

        public Date getK() {
            return Date.valueOf("0001-01-02");
        }

        public Timestamp getL() {
            return Timestamp.from(at("00:05"));
        }

        public BigInteger getM() {
            return BigInteger.TEN;
        }

        public byte[] getN() {
            return new byte[] {1, 2};
        }

        public BigDecimal getO() {
            return new BigDecimal("1.50");
        }

        public Instant getP() {
            return at("0001-01-01T00:00:00.000001Z");
        }

        public LocalDate getQ() {
            return LocalDate.of(1582, 10, 12);
        }

        public LocalDateTime getR() {
            return LocalDateTime.of(2026, 1, 2, 3, 4);
        }

        public Duration getS() {
            return Duration.ofMinutes(90);
        }

        public Period getT() {
            return Period.ofMonths(14);
        }

        public float getU() {
            return 0.1f;
        }
    }

    /** A constant. */
    public enum Colour {
        RED
    }

    /** A bean within a bean. */
    public static final class Place {
        private @Nullable String zip;

        Place(@Nullable String zip) {
            this.zip = zip;
        }

        public @Nullable String getZip() {
            return zip;
        }

        public void setZip(String zip) {
            this.zip = zip;
        }
    }

    /** A bean of one value of a generic type. */
    public abstract static class Of<T> {
        private @Nullable T value;

        Of(@Nullable T value) {
            this.value = value;
        }

        public @Nullable T getValue() {
            return value;
        }

        public void setValue(T value) {
            this.value = value;
        }
    }

    /** A price. */
    public static final class Price extends Of<BigDecimal> {
        Price(String price) {
            super(new BigDecimal(price));
        }
    }

    /** A time. */
    public static final class Time extends Of<Instant> {
        Time(Instant time) {
            super(time);
        }
    }

    /** A time without a zone, in a list of beans. */
    public static final class Times extends Of<List<Local>> {
        Times(Local... times) {
            super(List.of(times));
        }
    }

    /** A time without a zone. */
    public static final class Local {
        private final LocalDateTime time;

        Local(LocalDateTime time) {
            this.time = time;
        }

        public LocalDateTime getTime() {
            return time;
        }
    }

    /** A length of time. */
    public static final class Length extends Of<Duration> {
        Length(Duration length) {
            super(length);
        }
    }

    /** A value that may be missing. */
    public static final class Maybe extends Of<Optional<String>> {
        Maybe() {
            super(Optional.of("a"));
        }
    }

    record Point(int x) {}

    /** A record, which Spark 3.5 does not read. */
    public static final class OfRecord extends Of<Point> {
        OfRecord() {
            super(new Point(1));
        }
    }

    /** A bean that leads back to itself. */
    public static final class Node extends Of<Node> {
        Node() {
            super(null);
        }
    }

    /** A bean whose getter throws. */
    public static final class Broken {
        private final List<String> zips = List.of();

        public String getZip() {
            return zips.stream().findFirst().orElseThrow(() -> new IllegalStateException("no zip"));
        }
    }

    @Test
    void beanOfEveryTypeArrivesAsItIs(StreamKit kit) {
        Input<Everything> input = kit.input("everything", Everything.class);

        kit.run(input.rows(), append())
                .batch(
                        "one",
                        b -> b.given(input, new Everything())
                                .emits(row(
                                        1,
                                        null,
                                        true,
                                        "text",
                                        Arrays.asList("a", null),
                                        List.of(1, 2),
                                        List.of(Arrays.asList(1, null)),
                                        Map.of("k", row("9000")),
                                        row((Object) null),
                                        "RED",
                                        "0001-01-02",
                                        "00:05",
                                        10,
                                        new byte[] {1, 2},
                                        1.5,
                                        "0001-01-01T00:00:00.000001Z",
                                        "1582-10-12",
                                        "2026-01-02T03:04:00",
                                        "PT90M",
                                        "P1Y2M",
                                        0.1)));
    }

    @Test
    void valueThatItsColumnWouldChangeIsRefused(StreamKit kit) {
        assertThat(refusalOfGiven(kit, Price.class, new Price("0.12345678901234567890")))
                .isEqualTo("Column \"value\" is decimal(38,18) and cannot hold 0.12345678901234567890, a BigDecimal.");
        assertThat(refusalOfGiven(kit, Price.class, new Price("1e25")))
                .isEqualTo("Column \"value\" is decimal(38,18) and cannot hold 1E+25, a BigDecimal.");
        assertThat(refusalOfGiven(kit, Time.class, new Time(at("00:05").plusNanos(1))))
                .isEqualTo("Column \"value\" is timestamp and cannot hold 00:05:00.000000001, a Instant. Spark keeps"
                        + " microseconds: call truncatedTo(ChronoUnit.MICROS).");
        assertThat(refusalOfGiven(kit, Times.class, new Times(new Local(LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6)))))
                .isEqualTo("Column \"time\" is timestamp_ntz and cannot hold 2026-01-02T03:04:05.000000006, a"
                        + " LocalDateTime. Spark keeps microseconds: call truncatedTo(ChronoUnit.MICROS).");
        assertThat(refusalOfGiven(kit, Length.class, new Length(Duration.ofNanos(1))))
                .startsWith("Column \"value\" is interval day to second and cannot hold PT0.000000001S, a Duration.");
        assertThat(refusalOfGiven(kit, Maybe.class, new Maybe())).startsWith("Optional[a], a Optional, is not a row:");
        assertThat(refusalOfGiven(kit, Broken.class, new Broken()))
                .startsWith("Broken.getZip() failed: IllegalStateException: no zip (BeanInputsTest.java:");
    }

    private static <T> String refusalOfGiven(StreamKit kit, Class<T> type, T bean) {
        Input<T> input = kit.input("beans", type);
        StreamRun run = kit.run(input.rows(), append());
        String refusal = refusalOf(() -> run.batch("bad", b -> b.given(input, bean)));
        assertThat(refusal).startsWith("Batch \"bad\": given(beans, ..): ");
        return refusal.substring("Batch \"bad\": given(beans, ..): ".length());
    }

    @Test
    void typeThatIsNoBeanIsRefused(StreamKit kit) {
        for (Class<?> type : List.of(List.class, Map.class, Object.class, Optional.class, KafkaRow.class)) {
            assertThat(refusalOf(() -> kit.input("x", type)))
                    .isEqualTo(type.getSimpleName() + " is not a bean, which has a getter for each column. Use a bean"
                            + " or a record, or give Rows with a schema.");
        }
        assertThat(refusalOf(() -> kit.input("x", OfRecord.class)))
                .isEqualTo("Bean OfRecord: property \"value\" is struct<>, in which Spark finds no columns. Use a type"
                        + " that Spark knows, or give Rows with a schema.");
        assertThat(refusalOf(() -> kit.input("x", Node.class)))
                .isEqualTo("Bean Node: Spark has no column type for a property, or the type leads back to itself. Use"
                        + " types that Spark knows, or give Rows with a schema.");
    }

    @Test
    void plainValuesAreAColumn(StreamKit kit) {
        Input<String> texts = kit.input("texts", String.class);

        kit.run(texts.rows(), append()).batch("one", b -> b.given(texts, "a").emits(row("a")));
        assertThat(texts.schema().toDDL()).isEqualTo("value STRING");
    }
}
