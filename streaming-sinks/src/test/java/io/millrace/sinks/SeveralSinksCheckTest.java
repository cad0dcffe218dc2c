package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.planned;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BatchSink;
import io.millrace.core.MemoryInput;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several sinks on one read refuse before the query starts. */
class SeveralSinksCheckTest {
    private final Path directory;

    SeveralSinksCheckTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void everySinkIsCheckedAndCommonProblemsAreReportedOnce() {
        PlannedQuery query = new PlannedQuery(
                "hits", Optional.of(hits()), OutputMode.Update(), Trigger.Continuous(1000), Optional.empty());

        assertThat(refusals(
                        Sinks.several("files", Sinks.csv(path("files")).option("heeder", "true"))
                                .and("screen", Sinks.display().keyedBy("zap")),
                        query))
                .containsExactly(
                        "continuous(PT1S): one read for several sinks needs micro-batches, and the"
                                + " continuous trigger has none. Use every(...) or availableNow().",
                        "checkpointAt(nothing): one read for several sinks needs a checkpoint that outlives the"
                                + " query. Call checkpointAt(...) with a path of its own for this query.",
                        "files: outputMode(Update): a file sink only adds rows and cannot change them. Use"
                                + " append(); if the plan aggregates, add a watermark, so that each row is written"
                                + " once, when it is final.",
                        "files: option(heeder): csv has no option of this name and would ignore it. Did you mean"
                                + " header?",
                        "screen: keyedBy(zap): there is no such column (columns: id, zip)."
                                + " Name one of these, or add the column in an earlier step.");
    }

    @Test
    void whatIsWrongForSeveralSinksIsOneProblem() {
        JdbcTarget nowhere =
                Sinks.jdbc(Database.at("jdbc:postgresql://localhost:1/shop").user("x"));
        PlannedQuery query = new PlannedQuery(
                "hits", Optional.empty(), OutputMode.Append(), Trigger.AvailableNow(), Optional.of("/checkpoint"));

        assertThat(refusals(
                        Sinks.several("hits", nowhere.table("hits").upsertOn("id"))
                                .and("zips", nowhere.table("zips").appendExactlyOnce()),
                        query))
                .containsExactly("hits, zips: jdbc(localhost:1/shop as x): the server cannot be reached."
                        + " Start it, or correct host and port of the URL.");
    }

    @Test
    void invalidArgumentsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> Sinks.several("a/b", Sinks.console()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("several(a/b): a sink among several is named with letters, digits, _ and -, at most 100 of"
                        + " them, since a file of the checkpoint has this name.");
        assertThatThrownBy(() -> Sinks.several("table", Sinks.console()).and("Table", Sinks.display()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("several(Table): this name is taken. Give each sink a name of its own.");
        assertThatThrownBy(() -> Sinks.several("table", Sinks.console()).and("view", Sinks.memory()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("several(view): memory, a view with the name of the query cannot share a read."
                        + " Use foreachBatch or foreach, or a query of its own.");
    }

    @Test
    void eachSinkChecksTheQueryItself() {
        List<PlannedQuery> checked = new ArrayList<>();
        BatchSink sink = new BatchSink() {
            @Override
            public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
                return (rows, batchId) -> {};
            }

            @Override
            public List<Problem> check(PlannedQuery query) {
                checked.add(query);
                return List.of();
            }
        };
        PlannedQuery query = planned(hits());

        assertThat(Sinks.several("first", sink).and("second", sink).check(query))
                .isEmpty();
        assertThat(checked).containsExactly(query, query);
    }

    @Test
    void withoutACheckpointNoDirectoryIsTakenForThatOfAnotherQuery() throws Exception {
        MemoryInput<String> lines = lines();
        add(lines, "1,94105");
        SeveralSinks sinks = Sinks.several("files", Sinks.csv(path("files")));
        run(sinks, hits(lines), directory.resolve("checkpoint"));
        PlannedQuery query = new PlannedQuery(
                "hits", Optional.of(hits()), OutputMode.Append(), Trigger.AvailableNow(), Optional.empty());

        assertThat(refusals(sinks, query)).singleElement().asString().startsWith("checkpointAt(nothing): ");
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
