package io.millrace.sinks.jdbc.postgres;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.PlannedColumn.Transfer;
import io.millrace.sinks.jdbc.dialect.SparkTime;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Defines which Spark type goes into which PostgreSQL type, and how. */
final class PostgresCodecs {
    private static final PostgresCodec INT2 = new PostgresCodec("int2", 21, PostgresCodecs::int2);
    private static final PostgresCodec INT4 = new PostgresCodec("int4", 23, PostgresCodecs::int4);
    private static final PostgresCodec INT8 = new PostgresCodec("int8", 20, PostgresCodecs::int8);
    private static final PostgresCodec FLOAT4 = new PostgresCodec("float4", 700, PostgresCodecs::float4);
    private static final PostgresCodec FLOAT8 = new PostgresCodec("float8", 701, PostgresCodecs::float8);
    private static final PostgresCodec NUMERIC = new PostgresCodec("numeric", 1700, PostgresCodecs::numeric);
    private static final PostgresCodec BOOLEAN = new PostgresCodec("bool", 16, PostgresCodecs::bool);
    private static final PostgresCodec TEXT = new PostgresCodec("text", 25, PostgresCodecs::text);
    private static final PostgresCodec JSONB = new PostgresCodec("jsonb", 3802, PostgresCodecs::jsonb);
    private static final PostgresCodec SURE_JSONB = new PostgresCodec("jsonb", 3802, PostgresCodecs::sureJsonb);
    private static final PostgresCodec BYTEA = new PostgresCodec("bytea", 17, PostgresCodecs::bytea);
    private static final PostgresCodec DATE = new PostgresCodec("date", 1082, PostgresCodecs::date);
    private static final PostgresCodec TIMESTAMP = new PostgresCodec("timestamp", 1114, PostgresCodecs::timestamp);
    private static final PostgresCodec TIMESTAMPTZ = new PostgresCodec("timestamptz", 1184, PostgresCodecs::timestamp);
    private static final PostgresCodec DAY_TIME = new PostgresCodec("interval", 1186, PostgresCodecs::dayTime);
    private static final PostgresCodec YEAR_MONTH = new PostgresCodec("interval", 1186, PostgresCodecs::yearMonth);

    private static final Map<String, PostgresCodec> INTEGERS =
            Map.of("int2", INT2, "int4", INT4, "int8", INT8, "numeric", NUMERIC);
    private static final Map<String, Map<String, PostgresCodec>> BY_SPARK_TYPE = Map.ofEntries(
            Map.entry("tinyint", INTEGERS),
            Map.entry("smallint", INTEGERS),
            Map.entry("int", INTEGERS),
            Map.entry("bigint", INTEGERS),
            Map.entry("float", Map.of("float4", FLOAT4, "float8", FLOAT8)),
            Map.entry("double", Map.of("float8", FLOAT8)),
            Map.entry("decimal", Map.of("numeric", NUMERIC)),
            Map.entry("boolean", Map.of("bool", BOOLEAN)),
            Map.entry("binary", Map.of("bytea", BYTEA)),
            Map.entry("date", Map.of("date", DATE)),
            Map.entry("timestamp", Map.of("timestamptz", TIMESTAMPTZ)),
            Map.entry("timestamp_ntz", Map.of("timestamp", TIMESTAMP)),
            Map.entry("day-time", Map.of("interval", DAY_TIME)),
            Map.entry("year-month", Map.of("interval", YEAR_MONTH)),
            Map.entry("variant", Map.of("json", TEXT)));

    /** Families whose values are sent to jsonb as JSON text. */
    private static final Set<String> JSON_TEXTS = Set.of("string", "variant");

    /** Types that a string is not converted to: the stream must have a matching type. */
    private static final Set<String> NOT_FROM_TEXT = Set.of(
            "int2", "int4", "int8", "float4", "float8", "numeric", "bool", "bytea", "date", "timestamp", "timestamptz");

    /** The limits of PostgreSQL's dates, which begin in 4714 BC, counted from 2000. */
    private static final int FIRST_DAY = -2_451_545;

    private static final int END_OF_DAYS = 2_145_031_949;
    private static final long FIRST_MICROS = -211_813_488_000_000_000L;
    private static final long END_OF_MICROS = 9_223_371_331_200_000_000L;

    private PostgresCodecs() {}

    static PostgresCodec of(PlannedColumn column) {
        return between(column.stream(), column.type(), column.transfer()).orElseThrow();
    }

    /** Writes an array of texts. */
    static void texts(List<String> values, PostgresBuffer out) {
        array(ScalaCollections.seq(values), TEXT, out);
    }

    /** The codec; empty if values of {@code spark} do not go into {@code column}. */
    static Optional<PostgresCodec> between(DataType spark, ColumnType column) {
        return between(spark, column, Transfer.NATIVE);
    }

    private static Optional<PostgresCodec> between(DataType spark, ColumnType column, Transfer transfer) {
        if (spark instanceof ArrayType array) {
            return column.element() == null
                    ? Optional.empty()
                    : scalar(array.elementType(), column.element(), transfer)
                            .map(codec -> PostgresBounds.of(column).on(codec))
                            .map(PostgresCodecs::arrayOf);
        }
        return column.element() == null
                ? scalar(spark, column.name(), transfer)
                        .map(codec -> PostgresBounds.of(column).on(codec))
                : Optional.empty();
    }

    private static Optional<PostgresCodec> scalar(DataType spark, String column, Transfer transfer) {
        String family = family(spark);
        if (column.equals("jsonb") && JSON_TEXTS.contains(family)) {
            return Optional.of(json(transfer));
        }
        return family.equals("string") && !NOT_FROM_TEXT.contains(column)
                ? Optional.of(TEXT)
                : Optional.ofNullable(
                        BY_SPARK_TYPE.getOrDefault(family, Map.of()).get(column));
    }

    private static PostgresCodec json(Transfer transfer) {
        return switch (transfer) {
            case NATIVE -> JSONB;
            case AS_TEXT -> TEXT;
            case NATIVE_IF_VALID -> SURE_JSONB;
        };
    }

    private static String family(DataType spark) {
        if (spark instanceof StringType) {
            return "string"; // whatever its collation
        }
        if (spark instanceof DecimalType) {
            return "decimal";
        }
        if (spark instanceof DayTimeIntervalType) {
            return "day-time";
        }
        return spark instanceof YearMonthIntervalType ? "year-month" : spark.catalogString();
    }

    private static PostgresCodec arrayOf(PostgresCodec element) {
        return new PostgresCodec(element.stagedType() + "[]", 0, (value, out) -> array((Seq<?>) value, element, out));
    }

    private static void array(Seq<?> values, PostgresCodec element, PostgresBuffer out) {
        int begin = out.beginSized();
        boolean empty = values.isEmpty();
        out.int32(empty ? 0 : 1);
        out.int32(values.contains(null) ? 1 : 0);
        out.int32(element.oid());
        if (!empty) {
            out.int32(values.size());
            out.int32(1);
        }
        for (Iterator<?> each = values.iterator(); each.hasNext(); ) {
            Object value = each.next();
            if (value == null) {
                out.nullValue();
            } else {
                element.writer().write(value, out);
            }
        }
        out.endSized(begin);
    }

    private static void int2(Object value, PostgresBuffer out) {
        long number = ((Number) value).longValue();
        fits(number == (short) number, "smallint");
        out.int32(2);
        out.int16((int) number);
    }

    private static void int4(Object value, PostgresBuffer out) {
        long number = ((Number) value).longValue();
        fits(number == (int) number, "integer");
        out.int32(4);
        out.int32((int) number);
    }

    private static void int8(Object value, PostgresBuffer out) {
        out.int32(8);
        out.int64(((Number) value).longValue());
    }

    private static void float4(Object value, PostgresBuffer out) {
        out.int32(4);
        out.int32(Float.floatToIntBits((Float) value));
    }

    private static void float8(Object value, PostgresBuffer out) {
        out.int32(8);
        out.int64(Double.doubleToLongBits(((Number) value).doubleValue()));
    }

    private static void numeric(Object value, PostgresBuffer out) {
        out.numeric(value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) value).longValue()));
    }

    private static void bool(Object value, PostgresBuffer out) {
        out.int32(1);
        out.int8((Boolean) value ? 1 : 0);
    }

    private static void text(Object value, PostgresBuffer out) {
        out.text(value.toString());
    }

    private static void jsonb(Object value, PostgresBuffer out) {
        int begin = out.beginSized();
        out.int8(1);
        out.rawText(value.toString());
        out.endSized(begin);
    }

    private static void sureJsonb(Object value, PostgresBuffer out) {
        String json = value.toString();
        if (PostgresJson.isSure(json)) {
            jsonb(json, out);
        } else {
            out.nullValue();
        }
    }

    private static void bytea(Object value, PostgresBuffer out) {
        out.sized((byte[]) value);
    }

    private static void date(Object value, PostgresBuffer out) {
        int days = SparkTime.days(value);
        inRange(days >= FIRST_DAY && days < END_OF_DAYS);
        out.int32(4);
        out.int32(days);
    }

    private static void timestamp(Object value, PostgresBuffer out) {
        long micros = SparkTime.micros(value);
        inRange(micros >= FIRST_MICROS && micros < END_OF_MICROS);
        out.int32(8);
        out.int64(micros);
    }

    private static void dayTime(Object value, PostgresBuffer out) {
        out.int32(16);
        out.int64(SparkTime.micros((java.time.Duration) value));
        out.int64(0);
    }

    private static void yearMonth(Object value, PostgresBuffer out) {
        out.int32(16);
        out.int64(0);
        out.int32(0);
        out.int32(Math.toIntExact(((java.time.Period) value).toTotalMonths()));
    }

    private static void inRange(boolean inRange) {
        if (!inRange) {
            throw new IllegalArgumentException("the time is out of the range of PostgreSQL");
        }
    }

    private static void fits(boolean fits, String type) {
        if (!fits) {
            throw new IllegalArgumentException("the number is out of the range of " + type);
        }
    }
}
