package io.millrace.chaos;

/** What is planted in {@link PlantedSink}, one at a time, to see whether it is caught. */
enum Bug {
    /** The sound one, which must pass. */
    NONE,
    LEDGER_AFTER_COMMIT,
    LEDGER_IN_ANOTHER_TRANSACTION,
    BLIND_RETRY_AFTER_LOST_REPLY,
    DEDUP_ON_PARTITION_AND_EPOCH,
    SYNCHRONOUS_COMMIT_OFF,
    SWALLOWED_BATCH_ERROR,
    LEDGER_WITHOUT_QUERY_ID,
    UNGUARDED_UPSERT,
    CONTINUOUS_COMMIT_IN_CLOSE,
    OPEN_RETURNS_FALSE;

    /** Whether the verdict shows what this bug does; a writer of several tasks is partial even where it is sound. */
    boolean caughtBy(Verdict verdict) {
        return switch (this) {
            case NONE -> !verdict.clean();
            case LEDGER_AFTER_COMMIT, BLIND_RETRY_AFTER_LOST_REPLY -> verdict.duplicated() > 0;
            case DEDUP_ON_PARTITION_AND_EPOCH -> verdict.lost() + verdict.duplicated() > 0;
            default -> verdict.lost() > 0;
        };
    }

    /** How many queries share the tables and the topic. */
    int queries() {
        return this == LEDGER_WITHOUT_QUERY_ID ? 2 : 1;
    }
}
