package io.millrace.testkit;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Rows for the columns of a {@link SinkContract}, by the types of the columns. */
final class SampleRows {
    static final String VERSION = "version";
    static final String DELETED = "deleted";

    /** Keys that agree in all parts but the last. */
    private static final int KEYS_OF_A_PREFIX = 4;

    private static final int VERSIONS_OF_A_DELETE = 7;
    private static final Instant MIDNIGHT = Times.parse("00:00");

    private final StructType columns;
    private final List<String> keys;
    private final boolean deletes;

    SampleRows(StructType columns, List<String> keys, boolean deletes) {
        this.columns = columns;
        this.keys = List.copyOf(keys);
        this.deletes = deletes && hasDeletes(columns);
        check();
    }

    /** Whether a row can delete its key. */
    static boolean hasDeletes(StructType columns) {
        return Arrays.stream(columns.fields())
                .anyMatch(field -> field.name().equals(DELETED) && field.dataType() instanceof BooleanType);
    }

    private void check() {
        List<String> names = List.of(columns.fieldNames());
        if (keys.isEmpty() || !names.containsAll(keys)) {
            throw new IllegalStateException("keys() returns " + keys
                    + ": name at least one of the columns of columns(): " + String.join(", ", names) + ".");
        }
        if (names.contains(VERSION) && !(type(VERSION) instanceof LongType)) {
            throw new IllegalStateException("columns() has \"" + VERSION + "\" as "
                    + type(VERSION).catalogString() + ": it is BIGINT, since it grows with every row.");
        }
        keys.forEach(key -> keyPart(key, 1));
    }

    private DataType type(String column) {
        return columns.fields()[columns.fieldIndex(column)].dataType();
    }

    /** A row of the key with this number, and the row with this number of all. */
    Row row(long key, long version) {
        return row(key, version, Map.of());
    }

    /** The same with other values in some columns. */
    Row row(long key, long version, Map<String, @Nullable Object> others) {
        List<@Nullable Object> values = new ArrayList<>();
        for (StructField field : columns.fields()) {
            values.add(others.containsKey(field.name()) ? others.get(field.name()) : value(field, key, version));
        }
        return RowFactory.create(values.toArray());
    }

    Row deletion(long key, long version) {
        return row(key, version, Map.of(DELETED, true));
    }

    /** The columns that may be NULL in a row. */
    List<String> nullable() {
        return Arrays.stream(columns.fields())
                .filter(StructField::nullable)
                .map(StructField::name)
                .filter(name -> !keys.contains(name) && !name.equals(VERSION) && !name.equals(DELETED))
                .toList();
    }

    private @Nullable Object value(StructField field, long key, long version) {
        if (keys.contains(field.name())) {
            return keyPart(field.name(), key);
        }
        if (field.name().equals(VERSION)) {
            return version;
        }
        if (field.name().equals(DELETED) && field.dataType() instanceof BooleanType) {
            return deletes && version % VERSIONS_OF_A_DELETE == 0;
        }
        return value(field.name(), field.dataType(), key, version);
    }

    private Object keyPart(String column, long key) {
        boolean isLast = column.equals(keys.get(keys.size() - 1));
        boolean isFirst = column.equals(keys.get(0));
        long part = keys.size() == 1
                ? key
                : isLast ? key % KEYS_OF_A_PREFIX : isFirst ? key / KEYS_OF_A_PREFIX : key / KEYS_OF_A_PREFIX % 2;
        DataType type = type(column);
        if (type instanceof StringType) {
            return column + "-" + part;
        }
        if (type instanceof LongType || type instanceof IntegerType) {
            return number(type, part);
        }
        if (type instanceof TimestampType) {
            return MIDNIGHT.plusSeconds(part);
        }
        if (type instanceof DateType) {
            return Times.DAY.plusDays(part);
        }
        if (type instanceof DecimalType) {
            return BigDecimal.valueOf(part);
        }
        throw new IllegalStateException("keys() names \"" + column + "\", which is " + type.catalogString()
                + ": a key is a BIGINT, INT, DECIMAL, STRING, DATE or TIMESTAMP.");
    }

    private static Object number(DataType type, long value) {
        return type instanceof LongType ? (Object) value : (Object) Math.toIntExact(value);
    }

    private @Nullable Object value(String name, DataType type, long key, long version) {
        if (type instanceof StringType) {
            return name + " " + key + "'s \"" + version + "\"";
        }
        if (type instanceof ArrayType array) {
            return List.of(nested(name, array.elementType(), key, version), nested(name, array.elementType(), key, 0));
        }
        if (type instanceof MapType map) {
            return Map.of(nested(name, map.keyType(), key, version), nested(name, map.valueType(), key, version));
        }
        if (type instanceof StructType struct) {
            return RowFactory.create(Arrays.stream(struct.fields())
                    .map(field -> value(field.name(), field.dataType(), key, version))
                    .toArray());
        }
        return scalar(name, type, version);
    }

    private Object nested(String name, DataType type, long key, long version) {
        Object value = value(name, type, key, version);
        if (value == null) {
            throw noValue(name, type);
        }
        return value;
    }

    private static Object scalar(String name, DataType type, long version) {
        if (type instanceof DoubleType) {
            return version / 4.0;
        }
        if (type instanceof FloatType) {
            return version % 1024 / 4.0f;
        }
        if (type instanceof LongType) {
            return version;
        }
        if (type instanceof IntegerType) {
            return (int) version;
        }
        if (type instanceof ShortType) {
            return (short) (version % Short.MAX_VALUE);
        }
        if (type instanceof ByteType) {
            return (byte) (version % Byte.MAX_VALUE);
        }
        if (type instanceof BooleanType) {
            return version % 2 == 0;
        }
        if (type instanceof DecimalType decimal) {
            return BigDecimal.valueOf(version % 10, decimal.scale());
        }
        if (type instanceof BinaryType) {
            return new byte[] {(byte) version, 0, (byte) (version >> 8)};
        }
        if (type instanceof TimestampType) {
            return MIDNIGHT.plusSeconds(version);
        }
        if (type instanceof TimestampNTZType) {
            return LocalDateTime.ofInstant(MIDNIGHT.plusSeconds(version), ZoneOffset.UTC);
        }
        if (type instanceof DateType) {
            return Times.DAY.plusDays(version % 10_000);
        }
        throw noValue(name, type);
    }

    private static IllegalStateException noValue(String name, DataType type) {
        return new IllegalStateException("columns() has \"" + name + "\" as " + type.catalogString()
                + ", for which the contract has no values.");
    }
}
