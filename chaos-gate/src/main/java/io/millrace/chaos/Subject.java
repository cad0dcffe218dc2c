package io.millrace.chaos;

import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** A sink under test. */
interface Subject {
    /** Returns its name in a schedule. */
    @Override
    String toString();

    /** Returns the subject with a name from a schedule. */
    static Subject named(String name) {
        return Stream.<Subject>concat(
                        Stream.of(Guarantee.values()), Stream.of(Bug.values()).map(PlantedSink::new))
                .filter(subject -> subject.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown subject \"" + name + "\"."));
    }

    /** Returns the table that it writes, {@link Tables#AUDIT}, {@link Tables#LATEST} or {@link Tables#SETTLED}. */
    String table();

    /**
     * Returns the maximum number of reading tasks: two tasks for one partition would leave the order of a key
     * undefined.
     */
    default int mostReaders() {
        return table().equals(Tables.AUDIT) ? 2 * Feed.PARTITIONS - 1 : Feed.PARTITIONS;
    }

    /** Returns statements that create other tables that it requires. */
    default String[] setup() {
        return new String[0];
    }

    /** Writes rows that have all columns of the audit table except the transaction. */
    DataStreamWriter<Row> write(Dataset<Row> rows, Target target);
}
