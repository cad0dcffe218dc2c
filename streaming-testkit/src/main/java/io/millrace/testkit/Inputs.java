package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** All inputs of a kit, and the number of partitions in which they are read. */
final class Inputs implements AutoCloseable {
    private final SparkSession spark;
    private final List<GivenRows> all = new ArrayList<>();
    private int partitions;

    Inputs(SparkSession spark, int partitions) {
        this.spark = spark;
        this.partitions = partitions;
    }

    SparkSession spark() {
        return spark;
    }

    GivenRows add(String name, StructType schema) {
        GivenRows rows = new GivenRows(name, schema, partitions);
        all.add(rows);
        return rows;
    }

    int partitions() {
        return partitions;
    }

    /** Changes the partitions of every input and of every shuffle. */
    void partitions(int count) {
        partitions = count;
        spark.conf().set("spark.sql.shuffle.partitions", Integer.toString(count));
        all.forEach(input -> input.partitions(count));
    }

    /**
     * Makes a batch due even if no rows were given. A restarted query runs no batch without data before new data
     * arrives, so that windows which the clean run closed would stay open.
     */
    void nudge() {
        all.forEach(GivenRows::nudge);
    }

    @Override
    public void close() {
        StandIns.of(spark).remove(all);
        all.forEach(GivenRows::close);
    }
}
