package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.SupervisedQuery.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How supervised queries end, and when one is stuck. */
@Timeout(60)
// A supervision is closed at a moment of the test, and once more at its end.
@SuppressWarnings("try")
class SupervisorEndTest extends SupervisorCheck {
    SupervisorEndTest(@TempDir Path checkpoints) {
        super(checkpoints);
    }

    @Test
    void queriesThatEndByThemselvesAreNotStartedAgain() {
        TestQuery orders = query("orders");
        orders.input.add("a");

        assertThat(Supervisor.of(orders.pipeline().availableNow()).run(Spark.session()))
                .isEqualTo(Supervisor.OK);

        assertThat(orders.rows).containsExactly("a");
    }

    @Test
    void aQueryThatSomeoneStopsIsNotStartedAgain() throws Exception {
        TestQuery orders = query("orders");
        Supervision supervision = start(Supervisor.of(orders.pipeline()));
        Await.until(supervision::isReady);

        Spark.session().streams().active()[0].stop();

        assertThat(supervision.await()).isEqualTo(Supervisor.OK);
        assertThat(supervision.queries().get(0).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void closingEndsBetweenTwoBatchesAndAlsoDuringAPause() throws Exception {
        TestQuery slow = query("slow");
        slow.mayEnd = new CountDownLatch(1);
        slow.input.add("a");
        TestQuery waiting = query("waiting").failingAt(0, error(LOST));
        waiting.input.add("b");
        Supervision supervision = start(Supervisor.of(slow.pipeline(), waiting.pipeline()));
        slow.inBatch.await();
        time.pauses.take();

        StreamingQuery running = Arrays.stream(Spark.session().streams().active())
                .filter(query -> query.name().equals("slow"))
                .findFirst()
                .orElseThrow();
        Thread close = new Thread(supervision::close, "close of a test");
        close.start();
        Await.until(() -> !running.isActive());
        assertThat(slow.rows).isEmpty();
        slow.mayEnd.countDown();
        close.join();

        assertThat(slow.rows).containsExactly("a");
        assertThat(checkpoints.resolve("slow/commits/0")).exists();
        assertThat(supervision.queries()).extracting(SupervisedQuery::state).containsOnly(State.ENDED);
        assertThat(supervision.await()).isEqualTo(Supervisor.OK);
    }

    @Test
    void aBatchThatOutlastsThePatienceIsInterrupted() throws Exception {
        TestQuery slow = query("slow");
        slow.mayEnd = new CountDownLatch(1);
        slow.input.add("a");
        Supervision supervision = start(Supervisor.of(slow.pipeline()).stopWithin(Duration.ofMillis(1)));
        slow.inBatch.await();

        supervision.close();

        assertThat(checkpoints.resolve("slow/commits/0")).doesNotExist();
        assertThat(supervision.await()).isEqualTo(Supervisor.OK);
    }

    @Test
    void anInterruptOfTheWaitingThreadEndsAll() throws Exception {
        Supervisor supervisor = Supervisor.of(query("orders").pipeline());
        Queue<Object> end = new ConcurrentLinkedQueue<>();
        Thread run = new Thread(
                () -> {
                    end.add(supervisor.run(Spark.session()));
                    end.add(Thread.currentThread().isInterrupted());
                },
                "run of a test");
        run.start();
        Await.until(() -> Spark.session().streams().active().length == 1);

        run.interrupt();
        run.join();

        assertThat(end).containsExactly(Supervisor.OK, true);
        assertThat(Spark.session().streams().active()).isEmpty();
    }

    @Test
    void aBatchWithoutProgressIsStuckAfterItsLimit() throws Exception {
        TestQuery slow = query("slow");
        Supervision supervision = start(Supervisor.of(slow.pipeline()).stuckAfter(Duration.ofMinutes(5)));
        Await.until(() -> supervision.isReady() && isIdle());
        assertThat(supervision.isLive()).isTrue();
        time.now = time.now.plus(Duration.ofHours(1));
        assertThat(supervision.isLive()).as("of an idle query").isTrue();

        slow.mayEnd = new CountDownLatch(1);
        slow.input.add("a");
        slow.inBatch.await();
        assertThat(supervision.isLive()).isTrue();
        time.now = time.now.plus(Duration.ofMinutes(5));
        assertThat(supervision.isLive()).isTrue();
        time.now = time.now.plusSeconds(1);
        assertThat(supervision.isLive()).isFalse();
        slow.mayEnd.countDown();
        Await.until(supervision::isLive);
        supervision.close();
    }

    private static boolean isIdle() {
        StreamingQuery query = Spark.session().streams().active()[0];
        return query.lastProgress() != null && !query.status().isTriggerActive();
    }
}
