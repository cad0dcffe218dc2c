package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The changes of a flush: first the deletes, then the upserts, one list after the other. No list has a key twice. */
record KeyChanges(List<Row> deletes, List<List<Row>> upserts) {
    static KeyChanges of(Collection<KeyChange> changes) {
        KeyChanges all = new KeyChanges(new ArrayList<>(), new ArrayList<>());
        changes.forEach(all::add);
        return all;
    }

    void upsert(Connection connection, UpsertSql.Flush table) throws SQLException {
        for (int list = 0; list < upserts.size(); list++) {
            if (list > 0) {
                table.clear(connection);
            }
            table.upsert(connection, upserts.get(list));
        }
    }

    void delete(Connection connection, UpsertSql.Flush table) throws SQLException {
        if (!deletes.isEmpty()) {
            table.delete(connection, deletes);
        }
    }

    /** The number of the list that has the last upsert. */
    private int add(@Nullable KeyChange change) {
        if (change == null) {
            return -1;
        }
        int before = add(change.before());
        if (change.delete() != null) {
            deletes.add(change.delete());
        }
        if (change.upsert() == null) {
            return before;
        }
        int place = before + 1;
        if (place == upserts.size()) {
            upserts.add(new ArrayList<>());
        }
        upserts.get(place).add(change.upsert());
        return place;
    }
}
