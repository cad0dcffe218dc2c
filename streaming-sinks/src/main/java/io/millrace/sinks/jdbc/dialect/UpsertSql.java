package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** The frozen statements of an upsert. */
@FunctionalInterface
public interface UpsertSql extends Serializable {
    /** What one task flushes with. */
    Flush open();

    /** Brings rows with distinct keys into the table, in the caller's transaction. Not thread-safe: it has buffers. */
    interface Flush {
        void upsert(Connection connection, List<Row> rows) throws SQLException;

        void delete(Connection connection, List<Row> rows) throws SQLException;

        /**
         * Upserts rows one after the other in this order, each as if it came alone; their keys may repeat. Gives the refusals
         * of those that fail alone, by their place among the rows.
         */
        default Map<Integer, SQLException> upsertEach(Connection connection, List<Row> rows) throws SQLException {
            throw new UnsupportedOperationException("this database refuses rows by other means");
        }

        /** Throws if a value of the row cannot even be sent: what a server would have to find out row by row. */
        void check(Row row) throws InvalidValueException;

        /** Throws if a value that a delete needs of the row cannot be sent. */
        void checkDelete(Row row) throws InvalidValueException;

        /** Whether the server can go through rows {@link #oneByOne}. */
        default boolean isOneByOne(Connection connection) throws SQLException {
            return false;
        }

        /**
         * Applies rows one after the other, without those that the table refuses: gives their numbers, from zero on, and why. In
         * the caller's transaction, whatever their keys are.
         *
         * @param isDelete whether a row is a delete
         */
        default List<Refusal> oneByOne(Connection connection, List<Row> rows, Predicate<Row> isDelete)
                throws SQLException {
            throw new UnsupportedOperationException("the server cannot go through rows one by one");
        }

        /** An upsert, or a delete, of no row: if it fails, no row is at fault. */
        default void nothing(Connection connection, boolean delete) throws SQLException {}

        /** Whether an upsert of so many rows takes two steps. */
        default boolean takesTwoSteps(int rows) {
            return false;
        }

        /** An upsert of these rows in two steps, if it {@link #takesTwoSteps}. */
        default TwoSteps inTwoSteps(List<Row> rows) {
            throw new UnsupportedOperationException("an upsert takes one step");
        }

        /**
         * Numbers rows by their keys as the table's unique index compares them, after assignment to its columns: rows of
         * one key get the same number. Called only if {@link Dialect#keyForm} is empty for a column of the key.
         */
        int[] sameKeys(Connection connection, List<Row> rows) throws SQLException;

        /** Makes room for more rows in the same transaction. */
        void again(Connection connection) throws SQLException;

        /** From now on an error names the column of a refused row; false if nothing changes by that. */
        default boolean nameColumns() {
            return false;
        }
    }

    /** An upsert that first sends its rows unseen by others, and makes nobody wait. */
    interface TwoSteps {
        void send(Connection connection) throws SQLException;

        /** In the same transaction; this step may run on another thread than the flush is used by. */
        void merge(Connection connection) throws SQLException;
    }
}
