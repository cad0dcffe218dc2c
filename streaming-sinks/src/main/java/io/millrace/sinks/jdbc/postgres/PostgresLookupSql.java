package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.LookupKey;
import io.millrace.sinks.jdbc.dialect.LookupSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds rows by arrays of keys, whose order the server keeps. */
record PostgresLookupSql(List<LookupKey> keys, String query, String wholeTable) implements LookupSql {
    /** Numbers have more digits than Spark reads. */
    private static final Set<String> IN_SERVER = Set.of("citext", "numeric");

    static PostgresLookupSql of(TableName table, List<LookupKey> keys, List<String> columns) {
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (LookupKey key : keys) {
            String name = "k" + names.size();
            PostgresLookupType type = type(key);
            arrays.add("?::" + type.elements() + "[]");
            names.add(name);
            conditions.add(matches(
                    key, "t." + PostgresNames.quoted(key.column()), type.value().formatted("k." + name)));
        }
        String query = "SELECT k.n - 1, " + listed(columns.stream()) + " FROM unnest(" + String.join(", ", arrays)
                + ") WITH ORDINALITY AS k (" + String.join(", ", names) + ", n) JOIN " + PostgresNames.quoted(table)
                + " AS t ON " + String.join(" AND ", conditions);
        String wholeTable = "SELECT "
                + listed(Stream.concat(columns.stream(), keys.stream().map(LookupKey::column))) + " FROM "
                + PostgresNames.quoted(table) + " AS t";
        return new PostgresLookupSql(List.copyOf(keys), query, wholeTable);
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
        PreparedStatement statement = connection.prepareStatement(query);
        for (int part = 0; part < keys.size(); part++) {
            PostgresLookupType type = type(keys.get(part));
            Object[] elements = type.elements().equals("bytea") ? new byte[asked.size()][] : new Object[asked.size()];
            for (int index = 0; index < elements.length; index++) {
                elements[index] = type.sent().apply(asked.get(index).get(part));
            }
            statement.setArray(part + 1, connection.createArrayOf(type.elements(), elements));
        }
        return statement;
    }

    @Override
    public Optional<UnaryOperator<Object>> form(int key) {
        LookupKey asked = keys.get(key);
        boolean isPlain = !(asked.comparison() instanceof PostgresKeyComparison comparison) || comparison.isPlain();
        return isPlain && !IN_SERVER.contains(asked.type().name())
                ? Optional.of(value -> comparable(asked.type().name(), value))
                : Optional.empty();
    }

    private static Object comparable(String type, Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        return switch (type) {
            case "bpchar" -> withoutBlanksAtEnd((String) value);
            case "uuid" -> PostgresUuid.canonical((String) value);
            default -> value;
        };
    }

    private static String withoutBlanksAtEnd(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static String matches(LookupKey key, String held, String asked) {
        return key.comparison() instanceof PostgresKeyComparison comparison
                ? comparison.matches(held, asked)
                : held + " = " + asked;
    }

    private static String listed(Stream<String> columns) {
        return columns.map(column -> "t." + PostgresNames.quoted(column)).collect(Collectors.joining(", "));
    }

    private static PostgresLookupType type(LookupKey key) {
        return PostgresLookupType.of(key.stream(), key.type()).orElseThrow();
    }
}
