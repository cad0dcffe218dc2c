package io.millrace.chaos;

import io.millrace.chaos.checker.Verdict;
import java.util.List;

/** The bugs of {@link PlantedSink}, with the faults that expose them. */
enum Bug {
    /** No bug; must be clean under the faults of all the others. */
    NONE(
            "CRASH at hit 1 of [reply COMMIT after INSERT audit] under 4",
            "CRASH at hit 1 of [request INSERT audit] under 4",
            "LOST_REPLY at hit 1 of [reply COMMIT after INSERT audit] under 4",
            "CRASH at hit 1 of [checkpoint commits begun] under 7",
            "DATABASE_KILL at hit 1 of [checkpoint commits named] under 4",
            "RESET at hit 1 of [request INSERT audit] under 1",
            "ZOMBIE at hit 1 of [request INSERT audit] under 4",
            "CRASH_AFTER_COMMIT at hit 1 of [request INSERT audit] under 4",
            "RESET at hit 1 of [request connection] under 4"),
    LEDGER_AFTER_COMMIT("CRASH at hit 1 of [reply COMMIT after INSERT audit] under 4"),
    LEDGER_IN_ANOTHER_TRANSACTION("CRASH at hit 1 of [request INSERT audit] under 4"),
    BLIND_RETRY_AFTER_LOST_REPLY("LOST_REPLY at hit 1 of [reply COMMIT after INSERT audit] under 4"),
    /** A rerun of the batch has other task boundaries. */
    DEDUP_ON_PARTITION_AND_EPOCH(
            "CRASH at hit 2 of [reply COMMIT after INSERT audit] under 4", "CRASH at hit 1 of [task row] under 7"),
    SYNCHRONOUS_COMMIT_OFF("DATABASE_KILL at hit 1 of [checkpoint commits named] under 4"),
    SWALLOWED_BATCH_ERROR("RESET at hit 1 of [request INSERT audit] under 4"),
    LEDGER_WITHOUT_QUERY_ID("CRASH at hit 2 of [reply COMMIT after INSERT audit] under 4"),
    UNGUARDED_UPSERT("ZOMBIE at hit 1 of [request INSERT latest] under 4"),
    CONTINUOUS_COMMIT_IN_CLOSE("CRASH_AFTER_COMMIT at hit 1 of [request INSERT audit] under 4"),
    OPEN_RETURNS_FALSE("RESET at hit 1 of [request connection] under 4");

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of records
    private final List<Fault> faults;

    Bug(String... faults) {
        this.faults = List.of(faults).stream()
                .map(fault -> Fault.parse(fault + " readers"))
                .toList();
    }

    /** Returns the faults that expose the bug. */
    List<Fault> faults() {
        return faults;
    }

    /**
     * Returns whether the verdict shows the effect of this bug; partial batches do not count, since tasks commit alone.
     */
    boolean caughtBy(Verdict verdict) {
        return switch (this) {
            case NONE -> !verdict.clean();
            case LEDGER_AFTER_COMMIT, BLIND_RETRY_AFTER_LOST_REPLY -> verdict.duplicated() > 0;
            case DEDUP_ON_PARTITION_AND_EPOCH -> verdict.lost() + verdict.duplicated() > 0;
            default -> verdict.lost() > 0;
        };
    }

    /** Returns how many queries share the tables and the topic. */
    int queries() {
        return this == LEDGER_WITHOUT_QUERY_ID ? 2 : 1;
    }
}
