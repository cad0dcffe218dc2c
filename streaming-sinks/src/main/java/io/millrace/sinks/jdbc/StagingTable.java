package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.List;

/**
 * The staging table of a batch, after its tasks have filled it.
 *
 * @param partitions the result of each task, in the order of the partitions
 */
record StagingTable(TableName name, List<Partition> partitions) {
    /** The number of bits for row numbers of one partition. */
    private static final int BITS = 40;

    /** @param results the results of the tasks, as {@link Partition#asResult} returns them */
    static StagingTable of(TableName name, List<long[]> results) {
        return new StagingTable(name, results.stream().map(Partition::of).toList());
    }

    static long firstNumber(long partition) {
        return partition << BITS;
    }

    Long[] attempts() {
        return partitions.stream().map(Partition::attempt).toArray(Long[]::new);
    }

    long rows() {
        return partitions.stream().mapToLong(Partition::rows).sum();
    }

    /** Throws if rows are missing, as after a crash of the server. */
    void checkIsWhole(String what, long left) {
        if (left != rows()) {
            throw ExactlyOnceFailure.startOver(what, left + " of " + rows() + " staged rows are left");
        }
    }

    /** The index among all rows, counted from zero, of the row with this {@link #number}. */
    long row(long number) {
        int partition = (int) (number >> BITS);
        long before =
                partitions.stream().limit(partition).mapToLong(Partition::rows).sum();
        return before + number - firstNumber(partition);
    }

    /** The number of a row in the staging table, from its index in the order of arrival. */
    long number(long row) {
        long left = row;
        int partition = 0;
        while (left >= partitions.get(partition).rows()) {
            left -= partitions.get(partition++).rows();
        }
        return firstNumber(partition) + left;
    }

    /**
     * The staged rows of one task.
     *
     * @param attempt the number that marks the rows
     */
    record Partition(long attempt, long rows) {
        private static Partition of(long[] result) {
            return new Partition(result[0], result[1]);
        }

        /** The form in which a task returns it: a job may serialize results with Kryo, which cannot read records. */
        long[] asResult() {
            return new long[] {attempt, rows};
        }
    }
}
