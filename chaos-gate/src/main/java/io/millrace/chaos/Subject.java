package io.millrace.chaos;

import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** A way to write a stream into the tables, which the faults are for. */
interface Subject {
    /** What a schedule calls it. */
    @Override
    String toString();

    /** The one that a schedule calls so. */
    static Subject named(String name) {
        return Stream.<Subject>concat(
                        Stream.of(Guarantee.values()), Stream.of(Bug.values()).map(PlantedSink::new))
                .filter(subject -> subject.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No subject is called \"" + name + "\"."));
    }

    /** The table that it writes, {@link Tables#AUDIT}, {@link Tables#LATEST} or {@link Tables#SETTLED}. */
    String table();

    /** The most tasks that may read the topic: two of one partition would leave open which event of a key comes last. */
    default int mostReaders() {
        return table().equals(Tables.AUDIT) ? 2 * Feed.PARTITIONS - 1 : Feed.PARTITIONS;
    }

    /** What its schema must hold besides. */
    default String[] alsoNeeds() {
        return new String[0];
    }

    /** Rows have the columns of the audit table but the transaction. */
    DataStreamWriter<Row> write(Dataset<Row> rows, Target target);
}
