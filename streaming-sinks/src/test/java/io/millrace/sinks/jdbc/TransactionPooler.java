package io.millrace.sinks.jdbc;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/** Gives each transaction a session of the server, as PgBouncer does with {@code pool_mode = transaction}. */
final class TransactionPooler implements AutoCloseable {
    private static final int SSL = 80877103;
    private static final int GSS = 80877104;

    private final ServerSocket listener;
    private final int serverPort;
    private final BlockingDeque<Peer> idle = new LinkedBlockingDeque<>();

    TransactionPooler(int serverPort) {
        this.serverPort = serverPort;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(() -> {
            while (true) {
                Socket client = listener.accept();
                daemon(() -> serve(new Peer(client)));
            }
        });
    }

    /** The database as seen through this pooler. */
    Database of(Database direct) {
        String url = direct.url().text().replaceFirst(":\\d+/", ":" + listener.getLocalPort() + "/");
        return Database.at(url)
                .user(Objects.requireNonNull(direct.user()))
                .password(Objects.requireNonNull(direct.password()));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Peer session : idle) {
            session.socket.close();
        }
    }

    private void serve(Peer client) throws IOException, InterruptedException {
        Peer session = new Peer(new Socket(InetAddress.getLoopbackAddress(), serverPort));
        logIn(client, session);
        idle.push(session);
        while (true) {
            Message first = client.read();
            session = idle.take();
            session.write(first);
            while (!relay(client, session, first)) {
                first = client.read();
                session.write(first);
            }
            idle.push(session);
        }
    }

    /** Passes the client's login on to the server. The session that it opens is then shared by all clients. */
    private static void logIn(Peer client, Peer session) throws IOException {
        int length = client.in.readInt();
        byte[] startup = client.in.readNBytes(length - 4);
        while (number(startup) == SSL || number(startup) == GSS) {
            client.out.writeByte('N');
            client.out.flush();
            length = client.in.readInt();
            startup = client.in.readNBytes(length - 4);
        }
        session.out.writeInt(length);
        session.out.write(startup);
        session.out.flush();
        for (Message reply = session.read(); reply.type != 'Z'; reply = session.read()) {
            client.write(reply);
            if (reply.type == 'R' && number(reply.body) != 0 && number(reply.body) != 12) {
                session.write(client.read());
            }
        }
        client.write(new Message('Z', new byte[] {'I'}));
    }

    /** Passes a message on with its replies, and returns whether the transaction is over. */
    private static boolean relay(Peer client, Peer session, Message asked) throws IOException {
        if (asked.type != 'Q' && asked.type != 'S') {
            return false;
        }
        while (true) {
            Message reply = session.read();
            client.write(reply);
            if (reply.type == 'Z') {
                return reply.body[0] == 'I';
            }
        }
    }

    private static int number(byte[] bytes) {
        return (bytes[0] & 255) << 24 | (bytes[1] & 255) << 16 | (bytes[2] & 255) << 8 | (bytes[3] & 255);
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException over) {
                        Thread.currentThread().interrupt();
                    }
                },
                "transaction-pooler");
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static final class Message {
        private final int type;
        private final byte[] body;

        Message(int type, byte[] body) {
            this.type = type;
            this.body = body;
        }
    }

    private static final class Peer {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = new DataOutputStream(socket.getOutputStream());
        }

        Message read() throws IOException {
            int type = in.readUnsignedByte();
            return new Message(type, in.readNBytes(in.readInt() - 4));
        }

        void write(Message message) throws IOException {
            out.writeByte(message.type);
            out.writeInt(message.body.length + 4);
            out.write(message.body);
            out.flush();
        }
    }
}
