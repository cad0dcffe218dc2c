package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** The statements of an upsert; immutable. */
@FunctionalInterface
public interface UpsertSql extends Serializable {
    /** Creates the object that one task uses for its flushes. */
    Flush open();

    /** Writes rows with distinct keys into the table, in the caller's transaction. Not thread-safe: it has buffers. */
    interface Flush {
        void upsert(Connection connection, List<Row> rows) throws SQLException;

        void delete(Connection connection, List<Row> rows) throws SQLException;

        /** Throws if a value of the row cannot be sent, so that the server need not search for it row by row. */
        void check(Row row) throws InvalidValueException;

        /** Throws if a value that a delete needs cannot be sent. */
        void checkDelete(Row row) throws InvalidValueException;

        /** Whether the server can apply rows {@link #oneByOne}. */
        default boolean isOneByOne(Connection connection) throws SQLException {
            return false;
        }

        /**
         * Applies rows one after the other, except those that the table refuses: returns their numbers, counted from
         * zero, and the reasons. Runs in the caller's transaction; keys may repeat.
         *
         * @param isDelete whether a row is a delete
         */
        default List<Refusal> oneByOne(Connection connection, List<Row> rows, Predicate<Row> isDelete)
                throws SQLException {
            throw new UnsupportedOperationException("the server cannot apply rows one by one");
        }

        /** Runs an upsert or a delete without rows: if it fails, no row is at fault. */
        default void nothing(Connection connection, boolean delete) throws SQLException {}

        /** Whether an upsert of this number of rows takes two steps. */
        default boolean takesTwoSteps(int rows) {
            return false;
        }

        /** Prepares an upsert of these rows in two steps, if it {@link #takesTwoSteps}. */
        default TwoSteps inTwoSteps(List<Row> rows) {
            throw new UnsupportedOperationException("an upsert takes one step");
        }

        /**
         * Numbers rows by their keys as the table's unique index compares them, after assignment to its columns: rows
         * of one key get the same number. Called only if {@link Dialect#keyForm} is empty for a column of the key.
         */
        int[] sameKeys(Connection connection, List<Row> rows) throws SQLException;

        /** Empties temporary tables, for more rows in the same transaction. */
        void clear(Connection connection) throws SQLException;

        /** From now on, errors name the column of a refused row; returns false if that changes nothing. */
        default boolean nameColumns() {
            return false;
        }
    }

    /** An upsert whose first step sends the rows and takes no locks on the table. */
    interface TwoSteps {
        void send(Connection connection) throws SQLException;

        /**
         * Merges the sent rows in the same transaction. This step may run on another thread than the rest of the flush.
         */
        void merge(Connection connection) throws SQLException;
    }
}
