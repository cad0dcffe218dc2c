package io.millrace.chaos.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between a writer and PostgreSQL on loopback. It parses the frames of the protocol (version 3) and passes a
 * fail point before it forwards a statement or a reply. Thread-safe.
 */
public final class PostgresProxy implements AutoCloseable {
    private static final int ACCEPT_QUEUE = 100;

    private final int serverPort;
    private final Faults faults;
    private final ServerSocket listener;
    private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
    private volatile boolean up = true;

    public PostgresProxy(int serverPort, Faults faults) {
        this.serverPort = serverPort;
        this.faults = faults;
        try {
            listener = new ServerSocket(0, ACCEPT_QUEUE, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on loopback", e);
        }
        DaemonThread.start("chaos-proxy", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Resets all connections and refuses new ones, as if the writer had crashed. */
    public void down() {
        up = false;
        links.forEach(ProxyLink::reset);
    }

    public void up() {
        up = true;
    }

    /** Returns the number of open connections, including muted ones. */
    public int links() {
        return links.size();
    }

    @Override
    public void close() {
        down();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                link(listener.accept());
            }
        } catch (IOException closed) {
            up = false;
        }
    }

    private void link(Socket client) {
        Socket server = up ? connect() : null;
        if (server == null) {
            ProxyLink.reset(client);
            return;
        }
        ProxyLink link = new ProxyLink(client, server, faults, links::remove);
        links.add(link);
        link.start();
        if (!up) {
            link.reset();
        }
    }

    private @Nullable Socket connect() {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            return server;
        } catch (IOException e) {
            ProxyLink.reset(server);
            return null;
        }
    }

    /** Called at each site that a connection passes, before the message is forwarded. */
    @FunctionalInterface
    public interface Faults {
        /** Passes a site; may block, and may reset or mute the link. */
        void pass(String site, ProxyLink link) throws IOException;
    }
}
