package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.chaos.proxy.DaemonThread;
import io.millrace.chaos.proxy.ProxyLink;
import io.millrace.testkit.servers.TestPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final List<ProcessHandle> HERE = List.of(ProcessHandle.current());

    @BeforeAll
    static void onLinux() {
        assumeThat(Files.isDirectory(Path.of("/proc/self")))
                .as("/proc, which lists the resources of processes on Linux")
                .isTrue();
    }

    @Test
    void leakedThreadIsNamed() throws Exception {
        Usage before = Usage.of(HERE, 0);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        DaemonThread.start("chaos-leaked", () -> {
            started.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        started.await();
        assertThat(isNamed(before)).isTrue();
        end.countDown();
        Deadline deadline = Deadline.in(30); // the system releases a thread after Java
        while (isNamed(before)) {
            deadline.check("a thread to be gone");
        }
    }

    private static boolean isNamed(Usage before) throws Exception {
        return Usage.of(HERE, 0).leaksOver(before).stream().anyMatch(leak -> leak.contains("chaos-leaked=1"));
    }

    @Test
    void openSocketIsALeak() throws Exception {
        Usage before = Usage.of(HERE, 0);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            assertThat(Usage.of(HERE, 0).leaksOver(before))
                    .anyMatch(leak -> leak.contains("file descriptors (more of {tcp LISTEN=1"));
        }
        assertThat(Usage.of(HERE, 0).leaksOver(before)).noneMatch(leak -> leak.contains("file descriptors"));
    }

    @Test
    void socketThatWasResetIsCountedUntilItIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            long before = count(Descriptors.CUT);
            ProxyLink.reset(server.accept());
            Deadline deadline = Deadline.in(30);
            while (count(Descriptors.CUT) <= before) {
                deadline.check("a reset to arrive");
            }
            assertThat(client.isClosed()).isFalse();
        }
    }

    @Test
    void connectionToAnotherProcessIsNamedByItsStateAndPort() throws Exception {
        try (TestPostgres postgres = TestPostgres.start()) {
            String name = "tcp ESTABLISHED to port " + postgres.port();
            assertThat(count(name)).isZero();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), postgres.port())) {
                assertThat(client.isConnected()).isTrue();
                assertThat(count(name)).isEqualTo(1);
            }
            assertThat(count(name)).isZero();
        }
    }

    private static long count(String name) throws Exception {
        return Descriptors.of(HERE).getOrDefault(name, 0L);
    }

    @Test
    void openConnectionIsALeak() throws Exception {
        assertThat(Usage.of(List.of(), 3).leaksOver(Usage.of(List.of(), 2)))
                .containsExactly("leak: 3 connections, but 2 at the baseline");
    }
}
