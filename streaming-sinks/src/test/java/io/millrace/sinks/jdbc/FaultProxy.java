package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy between a writer and the server on loopback that can cut, mute, and run a fault at a COMMIT. */
final class FaultProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int serverPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger commitsUntilFault = new AtomicInteger();
    private volatile CommitFault fault = forward -> forward.run();
    private volatile String cutAt = "";
    private volatile CommitFault cutFault = forward -> {};
    private volatile boolean mute;

    FaultProxy(int serverPort) {
        this.serverPort = serverPort;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** The database as seen through this proxy. */
    Database of(Database direct) {
        String url = direct.url().text().replaceFirst(":\\d+/", ":" + listener.getLocalPort() + "/");
        return Database.at(url)
                .user(Objects.requireNonNull(direct.user()))
                .password(Objects.requireNonNull(direct.password()));
    }

    /** Cuts the connection after the server has executed the COMMIT of this ordinal, from 1, and before its reply. */
    void loseReplyToCommit(int ordinal) {
        atCommit(ordinal, Forward::andAwaitItsEnd);
    }

    /**
     * Runs {@code fault} instead of the COMMIT of this ordinal, from 1, then cuts both connections. The COMMIT after
     * the settings of a new connection does not count, since the pool decides when to connect.
     */
    void atCommit(int ordinal, CommitFault fault) {
        this.fault = fault;
        commitsUntilFault.set(ordinal);
    }

    /** Cuts the first connection that sends {@code words} to the server. */
    void cutOnceAt(String words) {
        onceAt(words, forward -> {});
    }

    /** Runs {@code fault} instead of the first message that contains {@code words}, then cuts both connections. */
    void onceAt(String words, CommitFault fault) {
        cutFault = fault;
        cutAt = words;
    }

    /** Whether the message that was waited for has come. */
    boolean hasCut() {
        return cutAt.isEmpty();
    }

    boolean faultHasStruck() {
        return commitsUntilFault.get() <= 0;
    }

    /** Drops all bytes without cutting, like a firewall that has forgotten the connection. */
    void mute() {
        mute = true;
    }

    void unmute() {
        mute = false;
    }

    void cutAll() {
        sockets.forEach(FaultProxy::reset);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cutAll();
    }

    private void accept() {
        try {
            while (true) {
                pass(listener.accept());
            }
        } catch (IOException closed) {
            cutAll();
        }
    }

    private void pass(Socket client) {
        sockets.add(client);
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            sockets.add(server);
            AtomicBoolean cutOff = new AtomicBoolean();
            daemon(() -> pump(client, server, true, cutOff));
            daemon(() -> pump(server, client, false, cutOff));
        } catch (IOException serverIsGone) {
            reset(client);
        }
    }

    private void pump(Socket from, Socket to, boolean toServer, AtomicBoolean cutOff) {
        byte[] bytes = new byte[1 << 16];
        Commits commits = new Commits();
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                String words = toServer ? new String(bytes, 0, length, StandardCharsets.ISO_8859_1) : "";
                boolean isCut = isCut(words);
                if (isCut || (commits.isOneIn(words) && isFaultDue())) {
                    cutOff.set(true);
                    int sent = length;
                    (isCut ? cutFault : fault).strike(new Forward(() -> out.write(bytes, 0, sent), to.getLocalPort()));
                    break;
                }
                if (!mute && (toServer || !cutOff.get())) {
                    out.write(bytes, 0, length);
                }
            }
        } catch (IOException cut) {
            // Both sides are cut below.
        }
        if (mute) {
            return; // The end of a connection is not passed on either.
        }
        reset(from);
        reset(to);
    }

    private synchronized boolean isCut(String text) {
        boolean cutNow = !cutAt.isEmpty() && text.contains(cutAt);
        if (cutNow) {
            cutAt = "";
        }
        return cutNow;
    }

    private synchronized boolean isFaultDue() {
        return commitsUntilFault.get() > 0 && commitsUntilFault.decrementAndGet() == 0;
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            assertThat(socket.isClosed()).isTrue(); // by the pump of the other direction
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Finds the COMMITs that one connection sends to its server. */
    private static final class Commits {
        /** The driver names COMMIT the first time, such as S_3, and later sends only the name. */
        private static final Pattern NAMED = Pattern.compile("(S_\\d+)\0COMMIT\0");

        /** A COMMIT at the end of a message of several statements. */
        private static final String OF_SEVERAL = "; COMMIT\0";

        private static final String OF_MARIADB = "\3COMMIT";

        private String name = "none";
        private boolean settings;

        boolean isOneIn(String words) {
            settings |= words.contains("SET statement_timeout");
            Matcher named = NAMED.matcher(words);
            if (named.find()) {
                name = named.group(1);
            }
            boolean commit =
                    words.contains("\0" + name + "\0") || words.contains(OF_SEVERAL) || words.endsWith(OF_MARIADB);
            boolean counts = commit && !settings;
            settings &= !commit;
            return counts;
        }
    }

    /** What to do instead of passing a COMMIT on. The writer no longer gets replies of the server. */
    @FunctionalInterface
    interface CommitFault {
        void strike(Forward forward) throws IOException;
    }

    /** A COMMIT that is not yet passed on, and the port of the proxy that would send it. */
    record Forward(Passing passing, int clientPort) {
        void run() throws IOException {
            passing.run();
        }

        /** Passes it on and waits until the server has executed it, so that only the reply is lost. */
        void andAwaitItsEnd() throws IOException {
            run();
            Server.awaitNone("SELECT 1 FROM pg_stat_activity WHERE client_port = " + clientPort
                    + " AND (state = 'active' OR state LIKE 'idle in transaction%')");
        }
    }

    /** Sends the bytes to the server. */
    @FunctionalInterface
    interface Passing {
        void run() throws IOException;
    }
}
