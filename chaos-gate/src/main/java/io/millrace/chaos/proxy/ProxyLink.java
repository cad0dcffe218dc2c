package io.millrace.chaos.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One connection through the proxy: two threads that forward frames, and that can drop or hold them. */
public final class ProxyLink {
    private static final int BUFFER = 1 << 16;
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    /** The site before a connection is opened. */
    public static final String CONNECT = "request connection";

    private static final byte[] COMMIT_QUERY = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);

    private final Socket client;
    private final Socket server;
    private final PostgresProxy.Faults faults;
    private final Consumer<ProxyLink> ended;
    private final DataInputStream fromClient;
    private final DataOutputStream toClient;
    private final DataInputStream fromServer;
    private final DataOutputStream toServer;
    private final Conversation conversation = new Conversation();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private volatile boolean muted;
    private volatile boolean orphaned;
    private final CountDownLatch gone = new CountDownLatch(1);

    ProxyLink(Socket client, Socket server, PostgresProxy.Faults faults, Consumer<ProxyLink> ended) {
        this.client = client;
        this.server = server;
        this.faults = faults;
        this.ended = ended;
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            fromClient = new DataInputStream(new BufferedInputStream(client.getInputStream(), BUFFER));
            toClient = new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), BUFFER));
            fromServer = new DataInputStream(new BufferedInputStream(server.getInputStream(), BUFFER));
            toServer = new DataOutputStream(new BufferedOutputStream(server.getOutputStream(), BUFFER));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot forward a connection", e);
        }
    }

    void start() {
        DaemonThread.start("chaos-to-server", () -> {
            forward(this::forwardToServer);
            end();
        });
        DaemonThread.start("chaos-to-client", () -> {
            forward(this::forwardToClient);
            orphaned = false;
            end();
        });
    }

    /** Resets both sides, as if the network had lost the connection. */
    public void reset() {
        if (!orphaned) {
            muted = false;
            reset(client);
            reset(server);
            gone();
        }
    }

    /** Drops all traffic in both directions from now on, and keeps both sides open until {@link #reset()}. */
    public void mute() {
        muted = true;
    }

    /**
     * Disconnects the client but keeps its transaction: the request that waits here is sent later, followed by a
     * COMMIT, as a suspended writer would send them when it resumes.
     */
    public void orphan() throws IOException {
        orphaned = true;
        while (fromClient.available() > 0) {
            send(new DataOutputStream(pending), (char) fromClient.read(), body(fromClient));
        }
        reset(client);
    }

    /** Waits for the end of the server's side; returns whether it has ended. */
    public boolean awaitEnd(long seconds) throws InterruptedException {
        return gone.await(seconds, TimeUnit.SECONDS);
    }

    public static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException alreadyClosed) {
            // Nothing to linger for.
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void forward(Pump pump) {
        try {
            pump.run();
        } catch (IOException endOfConnection) {
            // Same as the end of the stream.
        }
    }

    private void end() {
        if (!muted && !orphaned) {
            reset();
        }
        if (server.isClosed()) {
            gone();
        }
    }

    /** Also called by a reset: the threads of a muted connection may have ended earlier. */
    private void gone() {
        gone.countDown();
        ended.accept(this);
    }

    private void forwardToServer() throws IOException {
        faults.pass(CONNECT, this);
        greet();
        for (int type = fromClient.read(); type >= 0; type = fromClient.read()) {
            byte[] body = body(fromClient);
            String site = conversation.request((char) type, body);
            if (site != null) {
                toServer.flush();
                faults.pass("request " + site, this);
            }
            if (orphaned) {
                finish((char) type, body);
                return;
            }
            if (!muted) {
                send(toServer, (char) type, body);
                flushWhenIdle(fromClient, toServer);
            }
        }
    }

    private void finish(char type, byte[] body) throws IOException {
        send(toServer, type, body);
        pending.writeTo(toServer);
        if (type == 'E') {
            send(toServer, 'S', new byte[0]);
        }
        send(toServer, 'Q', COMMIT_QUERY);
        send(toServer, 'X', new byte[0]);
        toServer.flush();
    }

    private void forwardToClient() throws IOException {
        for (int type = fromServer.read(); type >= 0; type = fromServer.read()) {
            byte[] body = body(fromServer);
            if (type == 'E') {
                faults.pass(Conversation.error(body), this);
            }
            String site = conversation.reply((char) type);
            if (site != null) {
                toClient.flush();
                faults.pass("reply " + site, this);
            }
            if (!muted && !orphaned) {
                send(toClient, (char) type, body);
                flushWhenIdle(fromServer, toClient);
            }
        }
    }

    /** Forwards the start-up messages, which have no type, and refuses encryption, so that all frames can be parsed. */
    private void greet() throws IOException {
        while (true) {
            int length = fromClient.readInt();
            byte[] rest = fromClient.readNBytes(length - Integer.BYTES);
            int code = ByteBuffer.wrap(rest).getInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                toClient.write('N');
                toClient.flush();
            } else {
                toServer.writeInt(length);
                toServer.write(rest);
                toServer.flush();
                return;
            }
        }
    }

    private static byte[] body(DataInputStream from) throws IOException {
        return from.readNBytes(from.readInt() - Integer.BYTES);
    }

    private static void send(DataOutputStream to, char type, byte[] body) throws IOException {
        to.writeByte(type);
        to.writeInt(body.length + Integer.BYTES);
        to.write(body);
    }

    private static void flushWhenIdle(DataInputStream from, DataOutputStream to) throws IOException {
        if (from.available() == 0) {
            to.flush();
        }
    }

    @FunctionalInterface
    private interface Pump {
        void run() throws IOException;
    }
}
