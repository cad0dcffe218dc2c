package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/** The rows of a flush in their order of arrival, except those that cannot be sent. */
final class FlushInOrder implements NumberedRows {
    private final UpsertSql.Flush table;
    private final FlushRows rows;
    private final List<Row> valid = new ArrayList<>();

    /** @param invalid gets the rows that cannot be sent */
    FlushInOrder(UpsertSql.Flush table, FlushRows rows, List<DeadLetter> invalid) {
        this.table = table;
        this.rows = rows;
        for (Row row : rows.inOrder()) {
            try {
                check(row);
                valid.add(row);
            } catch (InvalidValueException e) {
                invalid.add(DeadLetter.of(row, e));
            }
        }
    }

    private void check(Row row) throws InvalidValueException {
        if (rows.isDelete(row)) {
            table.checkDelete(row);
        } else {
            table.check(row);
        }
    }

    DeadLetter letter(Refusal refusal) {
        return new DeadLetter(valid.get((int) refusal.number()), refusal.state(), refusal.reason());
    }

    @Override
    public long count() {
        return valid.size();
    }

    @Override
    public long valid() {
        return valid.size();
    }

    @Override
    public void merge(Connection connection, long from, long to) throws SQLException {
        KeyChanges changes = rows.folded(connection, table, range(from, to));
        changes.delete(connection, table);
        table.clear(connection);
        changes.upsert(connection, table);
        table.clear(connection);
    }

    @Override
    public boolean isOnServer(Connection connection) throws SQLException {
        return table.isOneByOne(connection);
    }

    @Override
    public List<Refusal> oneByOne(Connection connection, long from, long to) throws SQLException {
        return table.oneByOne(connection, range(from, to), rows::isDelete).stream()
                .map(refusal -> refusal.at(from + refusal.number()))
                .toList();
    }

    /** Runs an upsert or a delete of no rows, depending on the first row. */
    @Override
    public void nothing(Connection connection) throws SQLException {
        table.nothing(connection, rows.isDelete(valid.get(0)));
    }

    @Override
    public boolean mayComeLate(long number, Set<Long> refused) {
        Object key = rows.key(valid.get((int) number));
        for (int later = (int) number + 1; later < valid.size(); later++) {
            if (rows.key(valid.get(later)).equals(key) && !refused.contains((long) later)) {
                return false;
            }
        }
        return rows.isExact();
    }

    private List<Row> range(long from, long to) {
        return valid.subList((int) from, (int) to);
    }
}
