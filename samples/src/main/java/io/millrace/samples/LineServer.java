package io.millrace.samples;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends lines to the first client, like {@code nc -lk}. */
final class LineServer {
    private LineServer() {}

    static HostAndPort serving(List<String> lines) {
        try {
            ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(() -> serve(server, lines), "lines");
            thread.setDaemon(true);
            thread.start();
            return new HostAndPort("127.0.0.1", server.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on 127.0.0.1", e);
        }
    }

    private static void serve(ServerSocket server, List<String> lines) {
        try (server;
                Socket client = server.accept()) {
            OutputStream output = client.getOutputStream();
            output.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            output.flush();
            // Waits for the client to disconnect: Spark's source treats the end of the stream as an error.
            while (client.getInputStream().read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // The client has disconnected.
        }
    }
}
