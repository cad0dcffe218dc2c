package io.millrace.sinks.jdbc;

/**
 * How a run of a batch ended.
 *
 * @param rows the number of rows that this run wrote, with those it made dead letters
 * @param deadLetters the number of rows that this run made dead letters; with a lost answer, those of the lost attempt
 */
record BatchResult(Ending ending, long rows, long deadLetters) {
    enum Ending {
        /** This run has committed the batch. */
        COMMITTED,
        /** The table had the batch after an attempt of this run, whose answer was lost. */
        ANSWER_LOST,
        /** The table had the batch before this run. */
        FOUND
    }

    static BatchResult committed(long rows, long deadLetters) {
        return new BatchResult(Ending.COMMITTED, rows, deadLetters);
    }

    static BatchResult answerLost(long deadLetters) {
        return new BatchResult(Ending.ANSWER_LOST, 0, deadLetters);
    }

    static BatchResult found() {
        return new BatchResult(Ending.FOUND, 0, 0);
    }
}
