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

/** Stands between a writer and the server on loopback; can cut, mute, and do harm around a COMMIT. */
final class FaultProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int serverPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger commitsUntilFault = new AtomicInteger();
    private volatile CommitFault fault = forward -> forward.run();
    private volatile String doomed = "";
    private volatile CommitFault doom = forward -> {};
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

    /** The server gets the COMMIT of this ordinal, from 1, and the writer never hears: its connection is cut instead. */
    void loseReplyToCommit(int ordinal) {
        atCommit(ordinal, Forward::andAwaitItsEnd);
    }

    /**
     * The COMMIT of this ordinal, from 1, and its writer fall into the hands of {@code fault}; then both are cut. That of a
     * new connection's settings does not count, since it is the pool's affair when it connects.
     */
    void atCommit(int ordinal, CommitFault fault) {
        this.fault = fault;
        commitsUntilFault.set(ordinal);
    }

    /** The first connection that says {@code words} to the server is cut instead. */
    void cutOnceAt(String words) {
        onceAt(words, forward -> {});
    }

    /** What says {@code words} first, and its writer, fall into the hands of {@code fault}; then both are cut. */
    void onceAt(String words, CommitFault fault) {
        doom = fault;
        doomed = words;
    }

    /** Whether nobody is to be cut for his words any more. */
    boolean hasCut() {
        return doomed.isEmpty();
    }

    boolean faultHasStruck() {
        return commitsUntilFault.get() <= 0;
    }

    /** Nothing goes through any more, and nothing is cut: as behind a firewall that has forgotten the connection. */
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
                boolean isDoomed = isDoomed(words);
                if (isDoomed || (commits.isOneIn(words) && strikes())) {
                    cutOff.set(true);
                    int sent = length;
                    (isDoomed ? doom : fault).strike(new Forward(() -> out.write(bytes, 0, sent), to.getLocalPort()));
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
            return; // Not even an end gets through.
        }
        reset(from);
        reset(to);
    }

    private synchronized boolean isDoomed(String text) {
        boolean doomedNow = !doomed.isEmpty() && text.contains(doomed);
        if (doomedNow) {
            doomed = "";
        }
        return doomedNow;
    }

    private synchronized boolean strikes() {
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

    /** Finds the COMMITs in what one connection says to its server. */
    private static final class Commits {
        /** The driver gives COMMIT a name the first time, such as S_3, and says only the name from then on. */
        private static final Pattern NAMED = Pattern.compile("(S_\\d+)\0COMMIT\0");

        /** At the end of several statements in one message. */
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

    /** What happens instead of a COMMIT that is simply passed on. The writer no longer hears of its server. */
    @FunctionalInterface
    interface CommitFault {
        void strike(Forward forward) throws IOException;
    }

    /** A COMMIT on its way to the server, from that port of the proxy. */
    record Forward(Passing passing, int clientPort) {
        void run() throws IOException {
            passing.run();
        }

        /** Lets the server commit, so that only its reply is lost. */
        void andAwaitItsEnd() throws IOException {
            run();
            Server.awaitNone("SELECT 1 FROM pg_stat_activity WHERE client_port = " + clientPort
                    + " AND (state = 'active' OR state LIKE 'idle in transaction%')");
        }
    }

    /** Gives bytes to the server. */
    @FunctionalInterface
    interface Passing {
        void run() throws IOException;
    }
}
