package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Counts the open file descriptors of processes by kind. Excludes jars, which a JVM opens on first use, and connections
 * among these processes, which Spark also opens on demand. A socket is identified by its state and its remote port.
 */
final class Descriptors {
    private static final List<Path> TCP = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final Path UNIX = Path.of("/proc/net/unix");
    private static final int UNIX_INODE = 6;
    private static final String SOCKET = "socket:[";
    /** A connection that was reset is missing from the kernel's tables, even if its process has not closed it yet. */
    static final String CUT = "socket without a connection";

    private final Map<String, Connection> connections = new HashMap<>();
    private final Set<String> unixSockets = new HashSet<>();
    private final Set<Integer> ownPorts = new HashSet<>();
    private final Map<Long, List<String>> targets = new HashMap<>();

    private Descriptors() {}

    static Map<String, Long> of(List<ProcessHandle> processes) throws IOException {
        Descriptors all = new Descriptors();
        for (Path table : TCP) {
            lines(table).map(Connection::of).forEach(connection -> all.connections.put(connection.inode(), connection));
        }
        lines(UNIX).forEach(line -> all.unixSockets.add(fields(line)[UNIX_INODE]));
        for (ProcessHandle process : processes) {
            all.read(process.pid());
        }
        return all.counted();
    }

    private static Stream<String> lines(Path table) throws IOException {
        return Files.exists(table) ? Files.readAllLines(table).stream().skip(1) : Stream.empty();
    }

    private static String[] fields(String line) {
        return line.strip().split("\\s+", -1);
    }

    private void read(long process) throws IOException {
        List<String> found = Usage.each(
                Path.of("/proc", Long.toString(process), "fd"),
                descriptor -> Files.readSymbolicLink(descriptor).toString());
        targets.put(process, found);
        found.stream()
                .map(target -> connections.get(inode(target)))
                .filter(Objects::nonNull)
                .forEach(connection -> ownPorts.add(connection.localPort()));
    }

    private Map<String, Long> counted() {
        Map<String, Long> counts = new TreeMap<>();
        targets.values().stream()
                .flatMap(List::stream)
                .filter(target -> !target.endsWith(".jar") && !isInternal(target))
                .forEach(target -> counts.merge(named(target), 1L, Long::sum));
        return counts;
    }

    private boolean isInternal(String target) {
        Connection connection = connections.get(inode(target));
        return connection != null && ownPorts.contains(connection.remotePort());
    }

    private String named(String target) {
        if (!target.startsWith(SOCKET)) {
            return Usage.plain(target);
        }
        String inode = inode(target);
        Connection connection = connections.get(inode);
        return connection != null ? connection.toString() : unixSockets.contains(inode) ? "unix socket" : CUT;
    }

    private static String inode(String target) {
        return target.startsWith(SOCKET) ? target.substring(SOCKET.length(), target.length() - 1) : "";
    }

    /**
     * A line of the kernel's TCP table.
     *
     * @param state the number of the state, starting at 1
     */
    private record Connection(int localPort, int remotePort, int state, String inode) {
        private static final List<String> STATES = List.of(
                "ESTABLISHED",
                "SYN_SENT",
                "SYN_RECV",
                "FIN_WAIT1",
                "FIN_WAIT2",
                "TIME_WAIT",
                "CLOSE",
                "CLOSE_WAIT",
                "LAST_ACK",
                "LISTEN",
                "CLOSING",
                "NEW_SYN_RECV");
        private static final int LOCAL = 1;
        private static final int REMOTE = 2;
        private static final int STATE = 3;
        private static final int INODE = 9;

        static Connection of(String line) {
            String[] fields = fields(line);
            return new Connection(
                    port(fields[LOCAL]), port(fields[REMOTE]), Integer.parseInt(fields[STATE], 16), fields[INODE]);
        }

        private static int port(String address) {
            return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
        }

        /** Excludes the local port, which the system assigns. */
        @Override
        public String toString() {
            return "tcp " + STATES.get(state - 1) + (remotePort == 0 ? "" : " to port " + remotePort);
        }
    }
}
