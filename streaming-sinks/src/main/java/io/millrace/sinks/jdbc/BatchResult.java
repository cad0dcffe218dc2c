package io.millrace.sinks.jdbc;

/**
 * The outcome of a run of a batch.
 *
 * @param rows the number of rows that this run wrote, including dead letters
 * @param deadLetters the number of dead letters that this run wrote; if an answer was lost, those of the attempt that
 *     lost it
 */
record BatchResult(Ending ending, long rows, long deadLetters) {
    enum Ending {
        /** This run has committed the batch. */
        COMMITTED,
        /** An attempt of this run has committed the batch, but its answer was lost. */
        ANSWER_LOST,
        /** An earlier run has committed the batch. */
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
