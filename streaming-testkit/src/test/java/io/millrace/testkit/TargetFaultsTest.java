package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of a server that answers each byte with the same byte. */
class TargetFaultsTest {
    private final TargetFaults faults = new TargetFaults();
    private final AtomicInteger heard = new AtomicInteger();
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket client = server.accept();
                daemon(() -> echo(client));
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        faults.close();
        server.close();
    }

    @Test
    void eachTurnOfTheClientIsAStatement() throws IOException {
        try (Socket client = connect()) {
            faults.watch(null);
            for (int statement = 1; statement <= 3; statement++) {
                assertThat(replyTo(client)).isEqualTo(7);
            }
            assertThat(faults.statements()).isEqualTo(3);
        }
        assertThat(faults.through(server.getLocalPort())).isEqualTo(faults.through(server.getLocalPort()));
    }

    @Test
    void statementBeforeWhichTheConnectionIsLostDoesNotArrive() throws IOException {
        faults.watch(new TargetFault(2, false, false));
        try (Socket client = connect()) {
            assertThat(replyTo(client)).isEqualTo(7);
            assertLost(client);
        }
        assertThat(heard).hasValue(1);
        assertThat(faults.hasStruck()).isTrue();
        try (Socket another = connect()) {
            assertThat(replyTo(another)).isEqualTo(7);
        }
    }

    @Test
    void statementWhoseReplyIsLostIsDone() throws IOException {
        faults.watch(new TargetFault(2, true, false));
        try (Socket client = connect()) {
            assertThat(replyTo(client)).isEqualTo(7);
            assertLost(client);
        }
        assertThat(heard).hasValue(2);
    }

    @Test
    void crashEndsAllConnectionsAndRefusesNewOnesUntilItIsHealed() throws IOException {
        faults.watch(new TargetFault(2, false, true));
        try (Socket other = connect();
                Socket client = connect()) {
            assertThat(replyTo(other)).isEqualTo(7);
            assertLost(client);
            assertLost(other);
        }
        try (Socket late = connect()) {
            assertLost(late);
        }
        faults.heal();
        try (Socket next = connect()) {
            assertThat(replyTo(next)).isEqualTo(7);
        }
    }

    @Test
    void targetInThisJvmFailsBeforeItsOperation() {
        faults.watch(new TargetFault(2, false, false));
        faults.statement();
        assertThatThrownBy(faults::statement)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The connection to the target is lost: a fault of the contract.");
        faults.statement();
        assertThat(faults.statements()).isEqualTo(3);
    }

    @Test
    void portThatIsNoneIsRefused() {
        assertThatThrownBy(() -> faults.through(0)).hasMessage("through(0): a port is a number from 1 to 65535.");
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), faults.through(server.getLocalPort()));
    }

    private static int replyTo(Socket client) throws IOException {
        client.getOutputStream().write(7);
        return client.getInputStream().read();
    }

    private static void assertLost(Socket client) {
        assertThatThrownBy(() -> {
                    if (replyTo(client) < 0) {
                        throw new IOException("end");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private void echo(Socket client) throws IOException {
        for (int value = client.getInputStream().read();
                value >= 0;
                value = client.getInputStream().read()) {
            heard.incrementAndGet();
            client.getOutputStream().write(value);
        }
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // The test has ended, or the connection has.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException;
    }
}
