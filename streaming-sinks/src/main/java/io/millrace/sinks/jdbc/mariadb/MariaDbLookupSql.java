package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.LookupKey;
import io.millrace.sinks.jdbc.dialect.LookupSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds rows by a table of keys, which the server reads from a JSON array. */
record MariaDbLookupSql(TableName table, List<LookupKey> keys, List<String> columns) implements LookupSql {
    /** Up to this length, the server keeps the table of keys in memory. */
    private static final int SHORT = 1024;

    private static final Set<String> LETTER_FOR_LETTER =
            Set.of("utf8mb4_bin", "utf8mb3_bin", "utf8_bin", "latin1_bin", "ascii_bin");

    static MariaDbLookupSql of(TableName table, List<LookupKey> keys, List<String> columns) {
        return new MariaDbLookupSql(table, List.copyOf(keys), List.copyOf(columns));
    }

    @Override
    public boolean takes(List<Object> key) {
        for (int part = 0; part < keys.size(); part++) {
            if (!type(keys.get(part)).takes().test(key.get(part))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public PreparedStatement query(Connection connection, List<List<Object>> asked) throws SQLException {
        StringBuilder json = new StringBuilder("[");
        int longest = 0;
        for (List<Object> key : asked) {
            json.append(json.length() == 1 ? "[" : ",[");
            for (int part = 0; part < keys.size(); part++) {
                String value = type(keys.get(part)).json().apply(key.get(part));
                longest = Math.max(longest, value.length() - 2);
                json.append(part == 0 ? "" : ",").append(value);
            }
            json.append(']');
        }
        PreparedStatement statement = connection.prepareStatement(sql(longest <= SHORT));
        statement.setString(1, json.append(']').toString());
        return statement;
    }

    private String sql(boolean isShort) {
        List<String> sent = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (LookupKey key : keys) {
            MariaDbLookupType type = type(key);
            String name = "k" + sent.size();
            String column = !type.sent().equals(MariaDbLookupType.HEXADECIMAL)
                    ? type.sent()
                    : (isShort ? "varchar(" + SHORT + ")" : "longtext") + " CHARACTER SET ascii";
            conditions.add("t." + MariaDbNames.quoted(key.column()) + " = "
                    + type.value().formatted("k." + name));
            if (!type.condition().isEmpty()) {
                conditions.add(type.condition().formatted("k." + name, "k." + name));
            }
            sent.add(name + " " + column + " PATH '$[" + sent.size() + "]'");
        }
        return "SELECT k.n - 1, " + listed(columns.stream())
                + " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, " + String.join(", ", sent)
                + ")) AS k STRAIGHT_JOIN " + MariaDbNames.quoted(table) + " AS t ON "
                + String.join(" AND ", conditions);
    }

    @Override
    public String wholeTable() {
        return "SELECT " + listed(Stream.concat(columns.stream(), keys.stream().map(LookupKey::column))) + " FROM "
                + MariaDbNames.quoted(table) + " AS t";
    }

    @Override
    public Optional<UnaryOperator<Object>> form(int key) {
        LookupKey asked = keys.get(key);
        String collation = asked.type().collation();
        // Spark reads the second as a boolean, and fewer digits than the first has.
        boolean isRead =
                !asked.type().name().equals("decimal") && !asked.type().sql().startsWith("tinyint(1)");
        return isRead && (collation == null || LETTER_FOR_LETTER.contains(collation))
                ? Optional.of(value -> comparable(asked.type().name(), value))
                : Optional.empty();
    }

    private static Object comparable(String type, Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof BigDecimal unsigned) {
            return unsigned.unscaledValue().bitLength() < Long.SIZE ? (Object) unsigned.longValueExact() : unsigned;
        }
        if (value instanceof String text) {
            return type.equals("uuid")
                    ? text.replace("-", "").toLowerCase(Locale.ROOT)
                    : MariaDbTypes.withoutBlanksAtEnd(text);
        }
        return value;
    }

    private static String listed(Stream<String> columns) {
        return columns.map(column -> "t." + MariaDbNames.quoted(column)).collect(Collectors.joining(", "));
    }

    private static MariaDbLookupType type(LookupKey key) {
        return MariaDbLookupType.of(key.stream(), key.type()).orElseThrow();
    }
}
