package io.millrace.core.internal.guard;

import io.millrace.core.internal.CheckpointState;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.guard.CodeChange.Effect;
import io.millrace.core.internal.spark.SparkVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the code of a query with the code that has made its checkpoint, and says what would happen. What a
 * checkpoint tells without a record of its code, as one of plain Spark, is compared as well.
 */
public final class CheckpointGuard {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointGuard.class);

    private final CodeHistory history;
    private final CodeDocument code;
    private final List<CodeChange> changes;
    private final boolean allowsOldState;

    private CheckpointGuard(CodeHistory history, CodeDocument code, List<CodeChange> changes, boolean allowsOldState) {
        this.history = history;
        this.code = code;
        this.changes = changes;
        this.allowsOldState = allowsOldState;
    }

    /**
     * Reads the checkpoint at {@code location}, and writes nothing.
     *
     * @throws UncheckedIOException if it cannot be read
     * @return empty for a plan of a kind that cannot be compared, which must not keep its query from running
     */
    public static Optional<CheckpointGuard> of(SparkSession spark, String location, GuardedQuery query) {
        try {
            PlanFacts plan = PlanFacts.of(query.rows(), query.outputMode());
            return Optional.of(of(spark, location, query, plan));
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("What the code says cannot be compared with its checkpoint.", e);
            return Optional.empty();
        }
    }

    private static CheckpointGuard of(SparkSession spark, String location, GuardedQuery query, PlanFacts plan) {
        try {
            CodeHistory history = new CodeHistory(spark, location);
            CodeDocument code = CodeDocument.of(query, plan, analysis(spark));
            Optional<CodeDocument> before = history.current();
            List<CodeChange> changes = new ArrayList<>();
            CheckpointState.of(spark, location)
                    .ifPresent(state -> changes.addAll(
                            new SourceChanges(location, before, code).of(plan.sources(), state.offsets())));
            if (history.hasCommitted()) {
                SavedState saved = SavedState.of(spark, location);
                var optimized = PlanFacts.optimizedSteps(query.rows(), query.outputMode());
                changes.addAll(new StateChanges(location, before, code).of(optimized, saved));
                changes.addAll(FunctionChanges.of(location, PlanFacts.functions(query.rows()), saved.functions()));
            }
            before.ifPresent(old -> changes.addAll(new OtherChanges(location, old, code).all()));
            return new CheckpointGuard(history, code, changes, query.allowsOldState());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String analysis(SparkSession spark) {
        return "Spark " + SparkVersion.running() + ", ANSI " + spark.conf().get("spark.sql.ansi.enabled");
    }

    /** The changes with which a query must not start. */
    public List<Finding> refused() {
        return allowsOldState ? with(Effect.FAILS) : with(Effect.FAILS, Effect.MIXES_STATE);
    }

    /** The changes with which it starts, and something differs from what a new start would write. */
    public List<Finding> wrong() {
        return allowsOldState ? with(Effect.MIXES_STATE, Effect.DIFFERS) : with(Effect.DIFFERS);
    }

    /** What is worth a note, and works. */
    public List<Finding> notes() {
        return with(Effect.WORKS);
    }

    /** Whether state of other code would be used. */
    public boolean mixesState() {
        return !with(Effect.MIXES_STATE).isEmpty();
    }

    /** Records the code in the checkpoint, right before the start; it counts when the first batch is committed. */
    public void record() {
        history.write(code);
    }

    private List<Finding> with(Effect... effects) {
        return changes.stream()
                .filter(change -> Set.of(effects).contains(change.effect()))
                .map(CodeChange::finding)
                .toList();
    }
}
