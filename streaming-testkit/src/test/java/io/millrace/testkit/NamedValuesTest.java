package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records and beans as rows: by name, in any order. */
class NamedValuesTest {
    private static final StructType COUNTS = StructType.fromDDL("zip STRING, window_start TIMESTAMP, hits BIGINT");

    enum Colour {
        RED,
        BLUE
    }

    record Count(int hits, @Nullable Instant windowStart, String zip) {}

    record Start(Instant windowStart) {}

    record Hits(int hits) {}

    record Place(String zip, @Nullable String city) {}

    record Visit(Place place, List<Place> others) {}

    record Failing(int hits) {
        @Override
        public int hits() {
            throw new IllegalStateException("no hits");
        }
    }

    record Boxes(Boolean a, Byte b, Short c, Integer d, Long e, Float f, Double g) {}

    record Primitives(boolean a, byte b, short c, int d, long e, float f, double g) {}

    record Moments(Instant a, Timestamp b, LocalDate c, LocalDateTime d, Duration e) {}

    @SuppressWarnings("ArrayRecordComponent") // As a user may write it.
    record Others(String a, BigDecimal b, byte[] c, Colour d) {}

    @SuppressWarnings("ArrayRecordComponent") // As a user may write it.
    record Nested(Place a, List<Long> b, Place[] c, Map<String, List<Integer>> d) {}

    record Node(String name, List<Map<String, Node>> children) {}

    record Twice(String aB, String ab) {}

    record OfSet(Set<String> names) {}

    record OfOptional(Optional<String> name) {}

    @SuppressWarnings("ArrayRecordComponent") // As a user may write it.
    record OfPrimitives(int[] numbers) {}

    record OfCharacter(char letter) {}

    record OfWildcard(List<?> things) {}

    record OfDate(java.util.Date day) {}

    record OfThreads(Map<String, Thread> threads) {}

    /** A bean. */
    public static final class Bean {
        public String getZip() {
            return "9000";
        }

        public int getHits() {
            return 3;
        }

        public @Nullable Instant getWindowStart() {
            return null;
        }

        public void setIgnored(String text) {}
    }

    /** A bean with setters, and a getter that Spark does not read either. */
    public static final class Settable {
        private String zip = "9000";
        private int hits = 3;

        public String getZip() {
            return zip;
        }

        public void setZip(String zip) {
            this.zip = zip;
        }

        public int getHits() {
            return hits;
        }

        public void setHits(int hits) {
            this.hits = hits;
        }

        public String getText() {
            return zip + hits;
        }
    }

    /** A bean that cannot be read. */
    public static final class BrokenBean {
        private final List<String> zips = List.of();

        public String getZip() {
            return zips.stream().findFirst().orElseThrow(() -> new IllegalStateException("no zip"));
        }
    }

    @Test
    void recordFitsByNameAndNotByPosition() {
        assertThat(Values.row(new Count(2, at("00:05"), "9000"), COUNTS)).isEqualTo(row("9000", at("00:05"), 2L));
        assertThat(Values.row(new Count(2, null, "9000"), COUNTS)).isEqualTo(row("9000", null, 2L));
    }

    @Test
    void beanFitsByTheNamesOfItsGetters() {
        assertThat(Values.row(new Bean(), COUNTS)).isEqualTo(row("9000", null, 3L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"windowStart", "window_start", "WINDOW_START", "windowstart"})
    void javaAndSqlNamesMatch(String column) {
        StructType schema = new StructType().add(column, "timestamp");

        assertThat(Values.row(new Start(at("00:05")), schema)).isEqualTo(row(at("00:05")));
    }

    @Test
    void componentsThatNoColumnIsNamedLikeAreRefused() {
        assertThat(refusalOf(() -> Values.row(new Count(7, null, "1"), StructType.fromDDL("hits INT, city STRING"))))
                .isEqualTo("Count has nothing named like column \"city\": it has hits, windowStart, zip.");
        assertThat(refusalOf(() -> Values.row(new Count(7, null, "1"), StructType.fromDDL("hits INT"))))
                .isEqualTo("Count has windowStart, zip, and no column is named like that: the columns are hits.");
        assertThat(refusalOf(() -> Values.row(new Settable(), StructType.fromDDL("hits INT"))))
                .isEqualTo("Settable has zip, and no column is named like that: the columns are hits.");
    }

    @Test
    void componentsOfColumnsThatAreNotComparedAreLeftOut() {
        assertThat(Values.row(new Count(7, null, "1"), StructType.fromDDL("hits SMALLINT"), COUNTS))
                .isEqualTo(row((short) 7));
    }

    @Test
    void columnWithoutAComponentIsRefusedWithTheExistingNames() {
        assertThat(refusalOf(() -> Values.row(new Count(1, null, "1"), StructType.fromDDL("city STRING"))))
                .isEqualTo("Count has nothing named like column \"city\": it has hits, windowStart, zip.");
        assertThat(refusalOf(() -> Values.row(new Bean(), StructType.fromDDL("city STRING"))))
                .isEqualTo("Bean has nothing named like column \"city\": it has hits, windowStart, zip.");
    }

    @Test
    void componentOfAnotherTypeIsRefusedUnderTheNameOfTheColumn() {
        assertThat(refusalOf(() -> Values.row(new Hits(300), StructType.fromDDL("hits TINYINT"))))
                .isEqualTo("Column \"hits\" is tinyint and cannot hold 300, a Integer.");
        assertThat(refusalOf(() -> Values.row(new Count(3, null, "1"), StructType.fromDDL("zip INT"), COUNTS)))
                .isEqualTo("Column \"zip\" is int and cannot hold 1, a String.");
    }

    @Test
    void recordsWithinRecordsFitByNameAsWell() {
        StructType schema = StructType.fromDDL(
                "others ARRAY<STRUCT<zip: STRING, city: STRING>>, place STRUCT<city: STRING, zip: STRING>");
        Visit visit = new Visit(new Place("9000", "Gent"), List.of(new Place("1000", null)));

        assertThat(Values.row(visit, schema)).isEqualTo(row(List.of(row("1000", null)), row("Gent", "9000")));
        StructType country = StructType.fromDDL("place STRUCT<country: STRING>");
        assertThat(refusalOf(() -> Values.row(visit, country, schema)))
                .isEqualTo("Place has nothing named like column \"country\": it has zip, city.");
    }

    @Test
    void getterThatFailsIsNamedWithItsCause() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.row(new Failing(1), StructType.fromDDL("hits INT")))
                .withMessageMatching(
                        "Failing\\.hits\\(\\) failed: IllegalStateException: no hits \\(NamedValuesTest\\.java:\\d+\\)")
                .havingCause()
                .withMessage("no hits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.row(new BrokenBean(), StructType.fromDDL("zip STRING")))
                .withMessageMatching("BrokenBean\\.getZip\\(\\) failed: IllegalStateException: no zip"
                        + " \\(NamedValuesTest\\.java:\\d+\\)")
                .havingRootCause()
                .withMessage("no zip");
    }

    @Test
    void recordThatLeadsBackToItselfIsRefused() {
        assertThat(refusalOf(() -> RecordRows.schema(Node.class)))
                .isEqualTo("Record Node: component \"children\" leads back to Node, so that no schema ends. Give Rows"
                        + " with a schema.");
    }

    @Test
    void namesThatDifferInCaseAloneFitTheirOwnColumns() {
        Twice twice = new Twice("1", "2");

        assertThat(Values.row(twice, RecordRows.schema(Twice.class))).isEqualTo(row("1", "2"));
        assertThat(refusalOf(() -> Values.row(twice, StructType.fromDDL("a_b STRING"))))
                .isEqualTo("Twice has aB, ab, which are all named like column \"a_b\".");
    }

    @Test
    void primitivesAreNotNullable() {
        assertThat(RecordRows.schema(Primitives.class).toDDL())
                .isEqualTo("a BOOLEAN NOT NULL,b TINYINT NOT NULL,c SMALLINT NOT NULL,d INT NOT NULL,"
                        + "e BIGINT NOT NULL,f FLOAT NOT NULL,g DOUBLE NOT NULL");
        assertThat(RecordRows.schema(Boxes.class).toDDL())
                .isEqualTo("a BOOLEAN,b TINYINT,c SMALLINT,d INT,e BIGINT,f FLOAT,g DOUBLE");
    }

    @Test
    void schemaHasATypeForTimesTextsDecimalsBytesAndConstants() {
        assertThat(RecordRows.schema(Moments.class).toDDL())
                .isEqualTo("a TIMESTAMP,b TIMESTAMP,c DATE,d TIMESTAMP_NTZ,e INTERVAL DAY TO SECOND");
        assertThat(RecordRows.schema(Others.class).toDDL()).isEqualTo("a STRING,b DECIMAL(38,18),c BINARY,d STRING");
    }

    @Test
    void schemaOfNestedRecordsListsArraysAndMapsIsNested() {
        assertThat(RecordRows.schema(Nested.class).toDDL())
                .isEqualTo("a STRUCT<zip: STRING, city: STRING>,b ARRAY<BIGINT>,"
                        + "c ARRAY<STRUCT<zip: STRING, city: STRING>>,d MAP<STRING, ARRAY<INT>>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OfSet|names|java.util.Set<java.lang.String>",
                "OfOptional|name|java.util.Optional<java.lang.String>",
                "OfPrimitives|numbers|int[]",
                "OfCharacter|letter|char",
                "OfWildcard|things|java.util.List<?>",
                "OfDate|day|java.util.Date",
                "OfThreads|threads|java.util.Map<java.lang.String, java.lang.Thread>"
            })
    void componentWithoutAColumnTypeIsRefused(String record, String component, String type)
            throws ClassNotFoundException {
        Class<?> recordClass = Class.forName(NamedValuesTest.class.getName() + "$" + record);

        assertThat(refusalOf(() -> RecordRows.schema(recordClass)))
                .isEqualTo("Record " + record + ": component \"" + component + "\" is a " + type
                        + ", which has no column type. Use a type that Spark knows, or give Rows with a schema.");
    }

    @Test
    void recordFitsTheSchemaThatIsMadeOfIt() {
        Nested nested = new Nested(
                new Place("9000", null), List.of(1L), new Place[] {new Place("1", "a")}, Map.of("k", List.of(1, 2)));

        assertThat(Values.row(nested, RecordRows.schema(Nested.class)))
                .isEqualTo(row(row("9000", null), List.of(1L), List.of(row("1", "a")), Map.of("k", List.of(1, 2))));
        assertThat(Values.row(new Boxes(true, (byte) 1, (short) 2, 3, 4L, 5f, 6.0), RecordRows.schema(Boxes.class)))
                .isEqualTo(row(true, (byte) 1, (short) 2, 3, 4L, 5f, 6.0));
        assertThat(Values.row(
                                new Others("a", new BigDecimal("1.5"), new byte[] {1}, Colour.BLUE),
                                RecordRows.schema(Others.class))
                        .get(3))
                .isEqualTo("BLUE");
    }
}
