package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which tasks of which runs of a continuous query may write. */
class ContinuousFenceTest {
    private static final StructType SCHEMA = StructType.fromDDL("id INT, name STRING");

    @ParameterizedTest
    @EnumSource
    void tasksOfOneRunWriteInWhateverEpochs(Place place) {
        UpsertPlan plan = place.plan();
        Admission one = task(plan, "run", 0);
        Admission other = task(plan, "run", 0);

        write(plan, one, 7, "seven");
        write(plan, other, 2, "two");
        write(plan, one, 8, "eight");

        assertThat(place.rows("SELECT name FROM fenced")).containsExactly("eight");
    }

    @ParameterizedTest
    @EnumSource
    void aTaskOfAnEarlierRunWritesNothingMore(Place place) {
        UpsertPlan plan = place.plan();
        Admission zombie = task(plan, "earlier", 0);
        Admission late = task(plan, "earlier", 0);
        write(plan, zombie, 9, "earlier");

        // The slowest partition was in epoch 3, so all of them begin again there.
        Admission current = task(plan, "later", 3);
        new UpsertFlush(plan, "query", 3, current).begin();

        refused(plan, zombie, 9, "a later run, from epoch 3, has begun");
        refused(plan, zombie, 10, "a later run, from epoch 3, has begun");
        refused(plan, late, 0, "a later run, from epoch 3, has begun");
        write(plan, current, 3, "later");
        assertThat(place.rows("SELECT name FROM fenced")).containsExactly("later");
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoRunsFromTheSameEpochTheLaterOneWrites(Place place) {
        UpsertPlan plan = place.plan();
        Admission first = task(plan, "first", 5);
        write(plan, first, 5, "first");
        Admission second = task(plan, "second", 5);
        write(plan, second, 5, "second");

        refused(plan, first, 6, "a later run, from epoch 5, has begun");
        refused(plan, task(plan, "first", 5), 5, "a later run, from epoch 5, has begun");
        write(plan, task(plan, "second", 5), 6, "second");
        write(plan, task(plan, "third", 5), 5, "third");

        refused(plan, second, 6, "a later run, from epoch 5, has begun");
        assertThat(place.rows("SELECT name FROM fenced")).containsExactly("third");
    }

    @ParameterizedTest
    @EnumSource
    void tasksThatBeginTogetherAreOneRun(Place place) throws Exception {
        UpsertPlan plan = place.plan();
        ExecutorService tasks = Executors.newFixedThreadPool(8);
        List<Callable<Void>> all = new ArrayList<>();
        for (int task = 0; task < 8; task++) {
            all.add(() -> {
                write(plan, task(plan, "run", 0), 0, "together");
                return null;
            });
        }

        for (var done : tasks.invokeAll(all)) {
            done.get();
        }
        tasks.shutdown();

        assertThat(place.rows("SELECT count(*) FROM millrace_fence")).containsExactly("2");
    }

    @ParameterizedTest
    @EnumSource
    void theRowOfARunThatBeganEarlierIsUsedAgainAndItsTasksStayOut(Place place) {
        UpsertPlan plan = place.plan();
        write(plan, task(plan, "old", 1), 1, "old");
        write(plan, task(plan, "new", 2), 2, "new");

        assertThat(place.rows("SELECT count(*) FROM millrace_fence WHERE query_id LIKE '%old'"))
                .containsExactly("0");
        refused(plan, task(plan, "old", 1), 1, "a later run, from epoch 2, has begun");
    }

    /** An earlier version fenced the epochs of a continuous query like batches. */
    @ParameterizedTest
    @EnumSource
    void aCheckpointOfAnEarlierVersionGoesOn(Place place) {
        UpsertPlan plan = place.plan();
        Admission before = Admission.ofBatch(fence(plan), "query", 12);
        write(plan, before, 12, "before");

        Admission run = task(plan, "run", 11);
        write(plan, run, 11, "after");

        refused(plan, before, 12, "a later run, from epoch 11, has begun");
        write(plan, run, 12, "after");
        assertThat(place.rows("SELECT name FROM fenced")).containsExactly("after");
    }

    @ParameterizedTest
    @EnumSource
    void microBatchesMayFollowOnTheCheckpoint(Place place) {
        UpsertPlan plan = place.plan();
        Admission run = task(plan, "run", 11);
        write(plan, run, 20, "continuous");

        refused(plan, Admission.ofBatch(fence(plan), "query", 10), 10, "a later run, from epoch 11, has begun");
        write(plan, Admission.ofBatch(fence(plan), "query", 11), 11, "batch 11");
        write(plan, Admission.ofBatch(fence(plan), "query", 12), 12, "batch 12");

        refused(plan, run, 21, "epoch 12 has begun");
        write(plan, task(plan, "next", 13), 13, "continuous");
        refused(plan, Admission.ofBatch(fence(plan), "query", 12), 12, "a later run, from epoch 13, has begun");
        assertThat(place.rows("SELECT name FROM fenced")).containsExactly("continuous");
    }

    @ParameterizedTest
    @EnumSource
    void queriesAreApart(Place place) {
        UpsertPlan plan = place.plan();
        Admission one = task(plan, "one", 5);
        write(plan, one, 5, "one");
        Admission other = Admission.ofRun(new ContinuousFence(fence(plan), "other", "other", 0));
        write(plan, other, 0, "other");

        assertThatCode(() -> write(plan, one, 6, "one")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void aRestoredCheckpointIsNamed(Place place) {
        UpsertPlan plan = place.plan();
        write(plan, task(plan, "run", 9), 9, "nine");

        assertThatThrownBy(() -> write(plan, task(plan, "restored", 3), 3, "three"))
                .hasMessage("The run from epoch 3 of query query may not write to \""
                        + fence(plan).target()
                        + "\" any more: a later run, from epoch 9, has begun, says "
                        + fence(plan).fences() + ". A task that Spark has given up ends here. If an old checkpoint"
                        + " was restored on purpose, delete that line.");
        place.execute("DELETE FROM millrace_fence");
        write(plan, task(plan, "restored", 3), 3, "three");
        assertThat(place.rows("SELECT name FROM fenced")).containsExactly("three");
    }

    private static Admission task(UpsertPlan plan, String run, long start) {
        return Admission.ofRun(new ContinuousFence(fence(plan), "query", run, start));
    }

    private static Fence fence(UpsertPlan plan) {
        return requireNonNull(plan.fence());
    }

    private static void write(UpsertPlan plan, Admission admission, long epoch, String name) {
        UpsertFlush flush = new UpsertFlush(plan, "query", epoch, admission);
        flush.run(UpsertRules.pending(plan, row(1, name)), false);
        flush.end();
    }

    private static void refused(UpsertPlan plan, Admission admission, long epoch, String why) {
        assertThatThrownBy(() -> write(plan, admission, epoch, "zombie")).hasMessageContaining(why);
    }

    enum Place {
        POSTGRESQL,
        MARIADB;

        UpsertPlan plan() {
            Database database = this == POSTGRESQL ? Server.database() : MariaDb.database();
            execute("DROP TABLE IF EXISTS fenced, millrace_fence");
            execute("CREATE TABLE fenced (id int PRIMARY KEY, name varchar(20))");
            return Sinks.jdbc(database)
                    .table("fenced")
                    .planner(UpsertRule.upsertOn(List.of("id")).withDurableRows())
                    .plan("test", SCHEMA);
        }

        void execute(String statement) {
            if (this == POSTGRESQL) {
                Server.execute(statement);
            } else {
                MariaDb.execute(statement);
            }
        }

        List<String> rows(String sql) {
            return this == POSTGRESQL ? Server.rows(sql) : MariaDb.rows(sql);
        }
    }
}
