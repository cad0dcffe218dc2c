package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.chaos.proxy.Conversation;
import io.millrace.chaos.proxy.PostgresProxy;
import io.millrace.testkit.servers.TestPostgres;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

@Timeout(60)
class PostgresProxyTest {
    @RegisterExtension
    static final TestPostgres postgres = TestPostgres.start();

    private final List<String> sites = new CopyOnWriteArrayList<>();
    private final FailPoints points = new FailPoints();
    private final PostgresProxy proxy = new PostgresProxy(postgres.port(), (site, link) -> {
        sites.add(site);
        Fault fault = points.pass(site);
        if (fault != null && fault.action() == FaultAction.BLACK_HOLE) {
            link.mute();
        } else if (fault != null) {
            link.reset();
        }
    });

    @BeforeEach
    void create() throws SQLException {
        postgres.execute("CREATE TABLE audit (id int)");
    }

    @AfterEach
    void drop() throws SQLException {
        proxy.close();
        postgres.execute("DROP TABLE audit");
    }

    @Test
    void sitesAreTheStatementsAndTheirReplies() throws Exception {
        try (Connection connection = connect("")) {
            sites.clear();
            connection.setAutoCommit(false);
            insert(connection);
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY audit FROM STDIN", new StringReader("2\n"));
            connection.commit();
        }
        assertThat(sites)
                .filteredOn(site -> site.startsWith("request "))
                .containsExactly(
                        "request BEGIN",
                        "request INSERT audit",
                        "request COPY audit",
                        "request COPY audit done",
                        "request COMMIT after COPY audit");
        assertThat(sites)
                .filteredOn(site -> site.startsWith("reply "))
                .containsExactly(
                        "reply BEGIN",
                        "reply INSERT audit",
                        "reply COPY audit open",
                        "reply COPY audit",
                        "reply COMMIT after COPY audit");
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void serverErrorIsASiteWithItsSqlState() throws Exception {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(
                            () -> statement.execute("DO $$ BEGIN RAISE EXCEPTION 'C' USING ERRCODE = '40P01'; END $$"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(sites).contains(Conversation.DEADLOCK);
    }

    @Test
    void socketOfAnIdleConnectionThatIsCutIsClosedByAGarbageCollection() throws Exception {
        collectCutSockets();
        closeWhatWasCut();
        collectCutSockets();
    }

    /** In its own method, so that the connection becomes unreachable. */
    private void closeWhatWasCut() throws Exception {
        Connection connection = connect("");
        connection.setAutoCommit(false);
        proxy.down();
        Deadline deadline = Deadline.in(30);
        while (cutSockets() == 0) {
            deadline.check("the reset to arrive");
        }
        assertThatThrownBy(connection::close) // before the driver closes the socket
                .hasRootCauseInstanceOf(SocketException.class);
    }

    private static void collectCutSockets() throws Exception {
        Deadline deadline = Deadline.in(30);
        while (cutSockets() > 0) {
            deadline.check("the sockets to be closed");
            ManagementFactory.getMemoryMXBean().gc();
        }
    }

    private static long cutSockets() throws Exception {
        return Descriptors.of(List.of(ProcessHandle.current())).getOrDefault(Descriptors.CUT, 0L);
    }

    @Test
    void replyToCommitCanBeLostAfterTheCommit() throws Exception {
        points.arm(new Fault("reply COMMIT after INSERT audit", 1, FaultAction.RESET, 1));
        try (Connection connection = connect("")) {
            connection.setAutoCommit(false);
            insert(connection);
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void resetRequestOfCommitCommitsNothing() throws Exception {
        points.arm(new Fault("request COMMIT after INSERT audit", 1, FaultAction.RESET, 1));
        try (Connection connection = connect("")) {
            connection.setAutoCommit(false);
            insert(connection);
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
        assertThat(rows()).isZero();
    }

    @Test
    void blackHoleDropsTrafficUntilTheClientTimesOut() throws Exception {
        points.arm(new Fault("reply INSERT audit", 1, FaultAction.BLACK_HOLE, 1));
        try (Connection connection = connect("?socketTimeout=1")) {
            assertThatThrownBy(() -> insert(connection)).hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
        }
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void blackHoleIsNotCountedAsAConnectionAfterAReset() throws Exception {
        points.arm(new Fault("reply INSERT audit", 1, FaultAction.BLACK_HOLE, 1));
        try (Connection connection = connect("?socketTimeout=1")) {
            assertThatThrownBy(() -> insert(connection)).isInstanceOf(SQLException.class);
        }
        postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
        while (linkThreads() > 0) {
            assertThat(Thread.interrupted()).as("interrupted by the time limit").isFalse();
        }

        proxy.down();

        assertThat(proxy.links()).isZero();
    }

    private static long linkThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("chaos-to-"))
                .count();
    }

    @Test
    void proxyThatIsDownCutsConnectionsAndRefusesNewOnes() throws Exception {
        try (Connection connection = connect("")) {
            proxy.down();
            assertThatThrownBy(() -> insert(connection)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect("")).isInstanceOf(SQLException.class);
        }
        proxy.up();
        try (Connection connection = connect("")) {
            insert(connection);
        }
        assertThat(rows()).isEqualTo(1);
    }

    private Connection connect(String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres" + options,
                postgres.user(),
                postgres.password());
    }

    private static void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO audit VALUES (?)")) {
            insert.setInt(1, 1);
            insert.executeUpdate();
        }
    }

    private static long rows() throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*) FROM audit")) {
            found.next();
            return found.getLong(1);
        }
    }
}
