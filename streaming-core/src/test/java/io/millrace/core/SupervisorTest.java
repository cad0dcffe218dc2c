package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import io.millrace.core.SupervisedQuery.State;
import io.millrace.core.internal.spark.ScalaCollections;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What follows a failure of a supervised query, and what is refused before the start. */
@Timeout(60)
// A supervision is closed at a moment of the test, and once more at its end.
@SuppressWarnings("try")
class SupervisorTest extends SupervisorCheck {
    SupervisorTest(@TempDir Path checkpoints) {
        super(checkpoints);
    }

    @Test
    void afterALostConnectionTheQueryStartsAgainAndLosesNothing() throws Exception {
        TestQuery orders = query("orders")
                .failingAt(0, error(LOST))
                .failingAt(0, error(LOST))
                .failingAt(1, error(LOST));
        List<String> log;

        try (KeptLog kept = KeptLog.of(Supervisor.class);
                Supervision supervision = start(Supervisor.of(orders.pipeline()))) {
            orders.input.add("a");
            assertThat(time.pauses.take()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
            assertThat(supervision.queries().get(0).state()).isEqualTo(State.WAITING);
            assertThat(supervision.isReady()).isFalse();
            assertThat(supervision.isLive()).isTrue();
            time.goOn.put(true);
            assertThat(time.pauses.take()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
            time.goOn.put(true);
            Await.until(() -> orders.rows.contains("a"));
            orders.input.add("b");
            assertThat(time.pauses.take()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
            time.goOn.put(true);
            Await.until(() -> orders.rows.contains("b") && supervision.isReady());

            assertThat(supervision.queries())
                    .containsExactly(new SupervisedQuery(
                            "orders",
                            State.RUNNING,
                            3,
                            Optional.of("connection-lost"),
                            Optional.of("a server cannot be reached (SQLException)"),
                            Optional.empty()));
            assertThat(metrics("orders")).isEqualTo("{given-up=0, restarts=3, running=1}");
            supervision.close();
            assertThat(supervision.await()).isEqualTo(Supervisor.OK);
            assertThat(metrics("orders")).isEqualTo("none");
            log = List.copyOf(kept.lines);
        }

        assertThat(orders.rows).containsExactly("a", "b");
        assertThat(log).first().isEqualTo("INFO Query \"orders\" has started.");
        assertThat(log)
                .element(1)
                .asString()
                .startsWith("WARN Query \"orders\" failed: connection-lost: a server cannot be reached (SQLException)."
                        + " Restart 1 follows in ");
        assertThat(log).element(2).isEqualTo("INFO Query \"orders\" has started, restart 1.");
        assertThat(log.toString()).doesNotContain("canary");
    }

    @Test
    void aRefusedRowEndsItsQueryAndLeavesTheOthersAlone() throws Exception {
        TestQuery poisoned = query("poisoned").failingAt(0, error("23502"));
        TestQuery sound = query("sound");

        try (KeptLog kept = KeptLog.of(Supervisor.class);
                Supervision supervision = start(
                        Supervisor.of(poisoned.pipeline(), sound.pipeline()).probesOn(0))) {
            poisoned.input.add("a");
            Await.until(() -> supervision.queries().get(0).state() == State.GAVE_UP);
            sound.input.add("b");
            Await.until(() -> sound.rows.contains("b"));

            assertThat(supervision.queries().get(0).restarts()).isZero();
            assertThat(get(supervision, "/live"))
                    .isEqualTo("200 {\"ok\":true,\"queries\":["
                            + "{\"name\":\"poisoned\",\"state\":\"gave_up\",\"restarts\":0,"
                            + "\"lastFailure\":\"row-refused\"},"
                            + "{\"name\":\"sound\",\"state\":\"running\",\"restarts\":0}]}");
            assertThat(get(supervision, "/ready")).startsWith("503 {\"ok\":false,");
            assertThat(get(supervision, "/live/other")).isEqualTo("404 ");
            supervision.close();
            assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
            assertThat(kept.lines)
                    .contains(
                            "ERROR Query \"poisoned\" is given up: row-refused: a row is refused (SQLException). It is"
                                    + " not started again: a restart would meet the same failure.");
        }
    }

    @Test
    void anUnknownFailureOfTheSameBatchTwiceEndsTheQuery() throws Exception {
        TestQuery orders = query("orders");
        for (int attempt = 0; attempt < 3; attempt++) {
            orders.failingAt(0, new UnsupportedOperationException("canary"));
        }
        orders.input.add("a");

        Supervision supervision = start(Supervisor.of(orders.pipeline()));
        time.goOn.put(true);

        assertThat(supervision.await()).isEqualTo(Supervisor.FAILS_AGAIN);
        assertThat(supervision.queries().get(0).restarts()).isEqualTo(1);
    }

    @Test
    void usedUpRestartsEndTheQuery() throws Exception {
        TestQuery orders = query("orders")
                .failingAt(0, error(LOST))
                .failingAt(0, error(LOST))
                .failingAt(0, error(LOST));
        orders.input.add("a");

        Supervision supervision = start(Supervisor.of(orders.pipeline()).restartsAtMost(2, Duration.ofHours(1)));
        time.goOn.put(true);
        time.goOn.put(true);

        assertThat(supervision.await()).isEqualTo(Supervisor.STILL_AWAY);
    }

    @Test
    void aServerOutOfReachAtTheStartIsTriedAgain() throws Exception {
        TestQuery orders = query("orders");
        orders.problems.add(new Problem("jdbc", "db", "the server cannot be reached", "Start it.", true));

        try (Supervision supervision = start(Supervisor.of(orders.pipeline()))) {
            time.pauses.take();
            orders.problems.clear();
            time.goOn.put(true);
            Await.until(supervision::isReady);
            assertThat(supervision.queries().get(0).lastFailure()).contains("connection-lost");
        }
    }

    @Test
    void aRefusedStartEndsTheQuery() {
        TestQuery orders = query("orders");
        orders.problems.add(new Problem("table", "t", "there is no such table", "Create it."));

        Supervision supervision = start(Supervisor.of(orders.pipeline()));

        assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
        assertThat(supervision.queries().get(0).reason()).contains("table(t): there is no such table. Create it");
    }

    @Test
    void allEndWhenOneGivesUpIfThatIsChosen() {
        TestQuery poisoned = query("poisoned").failingAt(0, error("23502"));
        poisoned.input.add("a");

        Supervision supervision = start(
                Supervisor.of(poisoned.pipeline(), query("sound").pipeline()).endAllWhenOneGivesUp());

        assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
        assertThat(supervision.queries().get(1).state()).isEqualTo(State.ENDED);
    }

    @Test
    void namesAndCheckpointsAreNotShared() {
        Pipeline a = query("a").pipeline();

        assertThatThrownBy(() -> Supervisor.of(a, a.checkpointAt("/c")))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Supervisor: named(a): two of the pipelines have this name. Give each a name of its own.");
        assertThatThrownBy(() -> Supervisor.of(
                        Pipeline.named("a").checkpointAt("/c/"),
                        Pipeline.named("b").checkpointAt("file:///c")))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Supervisor: checkpointAt(file:///c): \"a\" and \"b\" have the same checkpoint. Give each a"
                        + " checkpoint of its own.");
        assertThatThrownBy(() -> Supervisor.of(Pipeline.named("a")).run(Spark.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Supervisor: checkpointAt(nothing): a restart of \"a\" without a checkpoint would lose rows"
                        + " or repeat them. Call checkpointAt(...) with a path of its own for this query.");
    }

    @Test
    void aPortThatIsTakenIsRefusedBeforeTheStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            InetSocketAddress address = new InetSocketAddress(taken.getLocalPort());
            assertThatThrownBy(() -> Supervisor.of(query("a").pipeline())
                            .probesOn(address)
                            .start(Spark.session()))
                    .isInstanceOf(ValidationException.class)
                    .hasMessage("Supervisor: probesOn(0.0.0.0:" + taken.getLocalPort() + "): the probes cannot listen"
                            + " there (BindException). Choose a free port, and an address of this machine.");
        }
        assertThat(Spark.session().streams().active()).isEmpty();
    }

    private static Object value(Metric metric) {
        return metric instanceof Counter counter ? counter.getCount() : ((Gauge<?>) metric).getValue();
    }

    private static String metrics(String name) {
        List<Source> sources =
                ScalaCollections.list(SparkEnv.get().metricsSystem().getSourcesByName("millrace.supervisor." + name));
        if (sources.isEmpty()) {
            return "none";
        }
        return sources.get(0).metricRegistry().getMetrics().entrySet().stream()
                .map(figure -> figure.getKey() + "=" + value(figure.getValue()))
                .sorted()
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String get(Supervision supervision, String path) throws Exception {
        InetSocketAddress address = supervision.probes().orElseThrow();
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body().strip();
    }
}
