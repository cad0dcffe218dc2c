package io.millrace.sinks.jdbc;

import io.millrace.core.DeadLetterSink;
import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.RowJson;
import io.millrace.sinks.jdbc.dialect.RowJsonException;
import io.millrace.sinks.jdbc.dialect.RowJsonReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Dead letters that another sink takes, with what {@link DeadLetters} has in its columns. They are sent at once, so
 * that they are stored before the transaction is committed; if it is not, they are sent again.
 */
final class SentLetters implements KeptLetters {
    private static final int AT_ONCE = 1_000;

    private final DeadLetterSink.Sender sender;
    private final StructType schema;
    private final int[] keys;
    private final StructType keySchema;
    private final Map<String, String> headers = new LinkedHashMap<>();

    /** @param keys the columns of the key; empty if rows have none */
    SentLetters(
            DeadLetterSink.Sender sender,
            String target,
            String queryId,
            long epoch,
            StructType schema,
            List<String> keys) {
        this.sender = sender;
        this.schema = schema;
        this.keys = keys.stream().mapToInt(schema::fieldIndex).toArray();
        this.keySchema = new StructType(keys.stream()
                .map(key -> schema.fields()[schema.fieldIndex(key)])
                .toArray(StructField[]::new));
        headers.put("target", target);
        if (!queryId.isEmpty()) {
            headers.put("query", queryId);
        }
        headers.put("batch", Long.toString(epoch));
    }

    @Override
    public void add(Connection connection, List<DeadLetter> letters) throws SQLException {
        for (int from = 0; from < letters.size(); from += AT_ONCE) {
            send(letters.subList(from, Math.min(from + AT_ONCE, letters.size())).stream()
                    .map(letter -> letter(key(letter.row()), letter.parts(schema)))
                    .toList());
        }
    }

    @Override
    public void addAll(Connection connection, String letters, String from, Object parameter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + letters + from)) {
            select.setFetchSize(AT_ONCE);
            select.setObject(1, parameter);
            try (ResultSet found = select.executeQuery()) {
                List<DeadLetterSink.Letter> next = new ArrayList<>();
                while (found.next()) {
                    next.add(letter(
                            List.of(found.getString(1), found.getString(2), found.getString(3), found.getString(4))));
                    if (next.size() == AT_ONCE) {
                        send(next);
                        next.clear();
                    }
                }
                send(next);
            }
        }
    }

    private void send(List<DeadLetterSink.Letter> letters) throws LettersNotSentException {
        if (letters.isEmpty()) {
            return;
        }
        try {
            sender.send(letters);
        } catch (IOException e) {
            throw new LettersNotSentException(sender, e);
        }
    }

    private DeadLetterSink.Letter letter(List<String> parts) {
        return letter(keys.length == 0 ? Optional.empty() : keyIn(parts.get(3)), parts);
    }

    /** The key of a row in JSON; empty if a type of the row cannot be read back, which must not keep the letter. */
    private Optional<String> keyIn(String row) {
        try {
            return key(new RowJsonReader(withNulls(schema)).row(row));
        } catch (RowJsonException | ClassCastException e) {
            return Optional.empty();
        }
    }

    /** @param parts those of {@link DeadLetter#parts} */
    private DeadLetterSink.Letter letter(Optional<String> key, List<String> parts) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("sqlstate", parts.get(0));
        all.put("reason", parts.get(1));
        all.put("digest", parts.get(2));
        return new DeadLetterSink.Letter(key, parts.get(3), all);
    }

    private Optional<String> key(Row row) {
        return keys.length == 0
                ? Optional.empty()
                : Optional.of(RowJson.of(
                        RowFactory.create(Arrays.stream(keys).mapToObj(row::get).toArray()), keySchema));
    }

    /** A row may be refused since it has NULL in a column that does not take it. */
    private static StructType withNulls(StructType schema) {
        return new StructType(Arrays.stream(schema.fields())
                .map(field -> new StructField(field.name(), field.dataType(), true, field.metadata()))
                .toArray(StructField[]::new));
    }
}
