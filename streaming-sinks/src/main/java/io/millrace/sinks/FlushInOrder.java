package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/** All rows of a flush in their order of arrival, but those that cannot even be sent. */
final class FlushInOrder implements RefusedRows.Rows {
    private final UpsertSql.Flush table;
    private final FlushRows rows;
    private final List<Row> fit = new ArrayList<>();

    /** @param unfit gets those that cannot be sent */
    FlushInOrder(UpsertSql.Flush table, FlushRows rows, List<DeadLetter> unfit) {
        this.table = table;
        this.rows = rows;
        for (Row row : rows.inOrder()) {
            try {
                check(row);
                fit.add(row);
            } catch (InvalidValueException e) {
                unfit.add(DeadLetter.of(row, e));
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
        return new DeadLetter(fit.get((int) refusal.number()), refusal.state(), refusal.reason());
    }

    @Override
    public long count() {
        return fit.size();
    }

    @Override
    public long fit() {
        return fit.size();
    }

    @Override
    public void merge(Connection connection, long from, long to) throws SQLException {
        KeyChanges changes = rows.folded(connection, table, part(from, to));
        changes.delete(connection, table);
        table.again(connection);
        changes.upsert(connection, table);
        table.again(connection);
    }

    @Override
    public boolean isOnServer(Connection connection) throws SQLException {
        return table.isOneByOne(connection);
    }

    @Override
    public List<Refusal> oneByOne(Connection connection, long from, long to) throws SQLException {
        return table.oneByOne(connection, part(from, to), rows::isDelete).stream()
                .map(refusal -> refusal.at(from + refusal.number()))
                .toList();
    }

    /** Of the kind of the first row. */
    @Override
    public void nothing(Connection connection) throws SQLException {
        table.nothing(connection, rows.isDelete(fit.get(0)));
    }

    @Override
    public boolean mayComeLate(long number, Set<Long> refused) {
        Object key = rows.key(fit.get((int) number));
        for (int later = (int) number + 1; later < fit.size(); later++) {
            if (rows.key(fit.get(later)).equals(key) && !refused.contains((long) later)) {
                return false;
            }
        }
        return rows.isExact();
    }

    private List<Row> part(long from, long to) {
        return fit.subList((int) from, (int) to);
    }
}
