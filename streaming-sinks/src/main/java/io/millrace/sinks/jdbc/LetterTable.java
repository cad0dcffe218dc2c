package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * The letters of one target in a table of dead letters, and the statements that read and remove them.
 *
 * @param target as the sink names it; empty if it was not named
 * @param schema the columns of the rows; empty if they were not named
 */
record LetterTable(Database database, TableName table, String target, StructType schema, LetterChoice choice)
        implements Serializable {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    static LetterTable of(Database database, TableName table) {
        return new LetterTable(database, table, "", new StructType(), LetterChoice.ALL);
    }

    LetterTable withTarget(String name) {
        return new LetterTable(database, table, name, schema, choice);
    }

    LetterTable withSchema(StructType columns) {
        return new LetterTable(database, table, target, columns, choice);
    }

    LetterTable withChoice(LetterChoice other) {
        return new LetterTable(database, table, target, schema, other);
    }

    Dialect dialect() {
        return database.dialect();
    }

    /** The chosen letters of other queries than {@code queryId}, the oldest first. */
    List<LetterKey> keys(String queryId) {
        String sql = "SELECT query_id, digest, epoch" + chosen() + " ORDER BY failed_at, query_id, epoch, digest LIMIT "
                + choice.most();
        return inTransaction(
                "Looking for " + label(),
                connection -> Sql.rows(
                        connection,
                        sql,
                        row -> new LetterKey(row.getString(1), row.getString(2), row.getLong(3)),
                        parameters(queryId)));
    }

    /** How many letters {@link #keys} would find without its limit. */
    long count(String queryId) {
        return inTransaction(
                "Counting " + label(),
                connection -> Sql.rows(
                                connection, "SELECT count(*)" + chosen(), row -> row.getLong(1), parameters(queryId))
                        .get(0));
    }

    private String chosen() {
        return " FROM " + dialect().quoted(table) + " WHERE target = ? AND query_id <> ?" + choice.sql(dialect());
    }

    private Object[] parameters(String queryId) {
        return Stream.concat(Stream.of(target, queryId), choice.parameters().stream())
                .toArray();
    }

    /** The rows of the letters, as JSON and in their order; those that have been removed are left out. */
    Map<LetterKey, String> rows(List<LetterKey> keys) {
        Map<String, List<String>> digests = keys.stream()
                .collect(Collectors.groupingBy(
                        LetterKey::queryId, Collectors.mapping(LetterKey::digest, Collectors.toList())));
        return inTransaction("Reading " + label(), connection -> {
            Map<LetterKey, String> rows = new HashMap<>();
            for (Map.Entry<String, List<String>> query : digests.entrySet()) {
                List<Object> parameters = new ArrayList<>(List.of(target, query.getKey()));
                parameters.addAll(query.getValue());
                String marks =
                        String.join(", ", Collections.nCopies(query.getValue().size(), "?"));
                Sql.rows(
                                connection,
                                "SELECT digest, epoch, " + dialect().quoted(DeadLetters.ROW) + " FROM "
                                        + dialect().quoted(table) + " WHERE target = ? AND query_id = ? AND digest IN ("
                                        + marks + ")",
                                row -> Map.entry(
                                        new LetterKey(query.getKey(), row.getString(1), row.getLong(2)),
                                        row.getString(3)),
                                parameters.toArray())
                        .forEach(row -> rows.put(row.getKey(), row.getValue()));
            }
            return rows;
        });
    }

    void remove(List<LetterKey> keys) {
        String sql = "DELETE FROM " + dialect().quoted(table)
                + " WHERE target = ? AND query_id = ? AND digest = ? AND epoch = ?";
        inTransaction("Removing " + label(), connection -> {
            try (PreparedStatement delete = connection.prepareStatement(sql)) {
                for (LetterKey key : keys) {
                    delete.setString(1, target);
                    delete.setString(2, key.queryId());
                    delete.setString(3, key.digest());
                    delete.setLong(4, key.epoch());
                    delete.addBatch();
                }
                return delete.executeBatch().length;
            }
        });
    }

    private <T> T inTransaction(String what, SqlFunction<Connection, T> work) {
        return new Retries(database, DEADLINE).inTransaction(what, work);
    }

    /** The letters, for messages. */
    String label() {
        return "dead letters" + place();
    }

    /** The same for plans, after a word for the kind of the source. */
    String name() {
        return "dead-letters" + place();
    }

    private String place() {
        return " of \"" + target + "\" in \"" + table + "\"";
    }

    @Override
    public String toString() {
        return Stream.of(
                        Stream.of((target.isEmpty() ? "dead letters in \"" + table + "\"" : label()) + " at "
                                + database.label()),
                        schema.isEmpty() ? Stream.<String>empty() : Stream.of("columns(" + schema.toDDL() + ")"),
                        choice.described().stream(),
                        database.described().stream())
                .flatMap(parts -> parts)
                .collect(Collectors.joining(", "));
    }
}
