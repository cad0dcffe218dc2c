package io.millrace.sinks;

import java.util.List;

/**
 * What the tasks of a batch have staged.
 *
 * @param parts of each partition, in their order: the attempt that marks its rows, and their number
 */
record StagingTable(TableName name, List<long[]> parts) {
    /** Parts have room for so many rows between their first numbers. */
    private static final int BITS = 40;

    static long firstNumber(long partition) {
        return partition << BITS;
    }

    Long[] attempts() {
        return parts.stream().map(part -> part[0]).toArray(Long[]::new);
    }

    long rows() {
        return parts.stream().mapToLong(part -> part[1]).sum();
    }

    /** Throws if not all rows are left, as after a crash of the server: nothing of them is worth another look. */
    void checkIsWhole(String what, long left) {
        if (left != rows()) {
            throw ExactlyOnceFailure.startOver(what, left + " of " + rows() + " staged rows are left");
        }
    }

    /** The place among all rows, from zero on, of the one that {@link #number} marks. */
    long row(long number) {
        int partition = (int) (number >> BITS);
        long before = parts.stream().limit(partition).mapToLong(part -> part[1]).sum();
        return before + number - firstNumber(partition);
    }

    /** The number that marks a row of all, counted from zero in the order of arrival. */
    long number(long row) {
        long left = row;
        int partition = 0;
        while (left >= parts.get(partition)[1]) {
            left -= parts.get(partition++)[1];
        }
        return firstNumber(partition) + left;
    }
}
