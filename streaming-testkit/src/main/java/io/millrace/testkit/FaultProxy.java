package io.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A proxy on loopback that cuts a connection where its {@link TargetFaults} say so. */
final class FaultProxy implements AutoCloseable {
    private static final int QUIET_MILLIS = 10;

    private final TargetFaults faults;
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    FaultProxy(TargetFaults faults, int target) {
        this.faults = faults;
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a port on 127.0.0.1.", e);
        }
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void cutAll() {
        sockets.forEach(this::cut);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        if (faults.isDown()) {
            cut(client);
            return;
        }
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Connection connection = new Connection(client, server);
            daemon(connection::passStatements);
            daemon(connection::passReplies);
        } catch (IOException serverIsGone) {
            cut(client);
        }
    }

    private void cut(Socket socket) {
        sockets.remove(socket);
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "millrace-fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** A client and its server. */
    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean clientSpeaks;
        private volatile boolean losesReply;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void passStatements() {
            byte[] bytes = new byte[1 << 16];
            try {
                InputStream in = client.getInputStream();
                OutputStream out = server.getOutputStream();
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    if (faults.isDown() || (!clientSpeaks && isCutBefore())) {
                        break;
                    }
                    out.write(bytes, 0, length);
                }
            } catch (IOException cut) {
                // Both sides are cut below.
            }
            end();
        }

        private boolean isCutBefore() {
            clientSpeaks = true;
            TargetFaults.Verdict verdict = faults.next();
            losesReply |= verdict == TargetFaults.Verdict.CUT_AFTER;
            return verdict == TargetFaults.Verdict.CUT_BEFORE;
        }

        void passReplies() {
            byte[] bytes = new byte[1 << 16];
            try {
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    if (losesReply) {
                        awaitQuiet(in, bytes);
                        faults.strike();
                        break;
                    }
                    clientSpeaks = false;
                    out.write(bytes, 0, length);
                }
            } catch (IOException cut) {
                // Both sides are cut below.
            }
            end();
        }

        /** Until the server has said all of its reply, so that it is done with the statement. */
        private void awaitQuiet(InputStream in, byte[] bytes) throws IOException {
            server.setSoTimeout(QUIET_MILLIS);
            try {
                int length = 0;
                while (length >= 0) {
                    length = in.read(bytes);
                }
            } catch (SocketTimeoutException quiet) {
                server.setSoTimeout(0);
            }
        }

        private void end() {
            cut(client);
            cut(server);
        }
    }
}
