package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Failure messages of the contract for sinks that break their promise in one way. */
class SinkContractMessagesTest {
    @Test
    void sinkThatWritesNothingLosesEveryRow() {
        assertThat(accusationOf(BrokenSinks.WritesNothing.class, "everyRowArrives"))
                .startsWith(
                        "After two batches, the target breaks the promise APPEND_EXACTLY_ONCE: 40 rows are missing\n\n")
                .contains("           id               version  name            amount  seen\n")
                .contains("  missing  1                1        name 1's \"1\"    0.25    00:00:01\n")
                .endsWith("  missing  ... and 20 more\n");
    }

    @Test
    void lostRowIsShown() {
        assertThat(accusationOf(BrokenSinks.LosesOneRow.class, "everyRowArrives"))
                .isEqualTo("""
                After two batches, the target breaks the promise APPEND_EXACTLY_ONCE: 1 row is missing

                           id  version  name          amount  seen
                  missing  7   7        name 7's "7"  1.75    00:00:07
                """);
    }

    @Test
    void duplicatedRowIsShown() {
        assertThat(accusationOf(BrokenSinks.DoublesOneRow.class, "everyRowArrives"))
                .isEqualTo("""
                After two batches, the target breaks the promise APPEND_EXACTLY_ONCE: 1 row was not expected

                                id  version  name          amount  seen
                  not expected  7   7        name 7's "7"  1.75    00:00:07
                """);
    }

    @Test
    void changedValueIsShown() {
        assertThat(accusationOf(BrokenSinks.CutsText.class, "nullsArriveAsNulls"))
                .startsWith("After a row of nulls, the target breaks the promise UPSERT: 2 rows differ\n\n")
                .contains("""
                          expected  1   1        *name 1's "1"*  0.25    00:00:01
                          was       1   1        *name 1's*      0.25    00:00:01
                        """);
    }

    @Test
    void zerosInsteadOfNullsAreShown() {
        assertThat(accusationOf(BrokenSinks.ZeroForNull.class, "nullsArriveAsNulls"))
                .isEqualTo("""
                After a row of nulls, the target breaks the promise UPSERT: 1 row differs

                            id  version  name  amount  seen
                  expected  2   4        null  *null*  null
                  was       2   4        null  *0.0*   null
                """);
    }

    @Test
    void appendInsteadOfAnUpsertShowsTheRowsOfTheSameId() {
        assertThat(accusationOf(BrokenSinks.AppendsForUpsert.class, "nullsArriveAsNulls"))
                .isEqualTo("""
                After a row of nulls, the target breaks the promise UPSERT: 1 row was not expected

                                id  version  name          amount  seen
                  not expected  2   2        name 2's "2"  0.5     00:00:02
                """);
    }

    @Test
    void sinkThatKeepsTheFirstOfAKeyInABatchBreaksAnUpsert() {
        assertThat(accusationOf(BrokenSinks.KeepsFirst.class, "repeatedKeyInABatchKeepsThePromise"))
                .startsWith("After a batch with a key more than once, the target breaks the promise UPSERT: 2 rows"
                        + " differ\n\n")
                .contains("  expected  3   *6*      ", "  was       3   *3*      ");
    }

    @Test
    void sinkThatFailsBeforeTheCrashDoesNotPass() {
        assertThat(accusationOf(BrokenSinks.FailsOnManyRows.class, "crashInTheMiddleOfABatchLosesAndDuplicatesNothing"))
                .startsWith(
                        "The sink failed before the batch could crash: IllegalStateException: too many partitions (");
    }

    @Test
    void sinkThatFailsOnAnEmptyBatchFailsItsTestWithItsOwnError() {
        assertThat(accusationOf(BrokenSinks.FailsWhenEmpty.class, "emptyBatchChangesNothing"))
                .contains("no rows to write");
    }

    @Test
    void targetWithOtherColumnsIsRefusedWithThoseThatItNeeds() {
        assertThat(accusationOf(BrokenSinks.FewerColumns.class, "nullsArriveAsNulls"))
                .isEqualTo("After a row of nulls, target() returns a row that does not fit columns(). "
                        + "The row has 2 values for 5 columns: id, version, name, amount, seen.");
    }

    @Test
    void sinkWithoutAnOutageIsNotTestedForOne() {
        Events tests = run(BrokenSinks.NoOutage.class, "errorOfTheTargetFailsTheBatch");

        tests.assertStatistics(events -> events.aborted(1).failed(0).succeeded(0));
        assertThat(messages(tests.aborted()))
                .containsExactly(
                        "Assumption failed: outage() is not overridden: the target cannot be made to fail. Rename its"
                                + " table or revoke a right, and return what undoes that.");
    }

    private static String accusationOf(Class<? extends SinkContract> contract, String test) {
        List<String> messages = messages(run(contract, test).failed());
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private static Events run(Class<? extends SinkContract> contract, String test) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(contract, test))
                .execute()
                .testEvents();
    }

    private static List<String> messages(Events events) {
        return events.stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .map(Throwable::getMessage)
                        .orElse(""))
                .toList();
    }
}
