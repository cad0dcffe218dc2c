package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file descriptors that processes have open, by what they are: without jars, which a JVM opens when it first needs
 * them, and without the connections among the processes and within one, which Spark opens in the same way.
 */
final class Descriptors {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private final Map<String, String> localPorts = new HashMap<>();
    private final Map<String, String> remotePorts = new HashMap<>();
    private final Set<String> ownPorts = new HashSet<>();
    private final Map<Long, List<String>> targets = new HashMap<>();

    private Descriptors() {}

    static Map<String, Long> of(List<ProcessHandle> processes) throws IOException {
        Descriptors all = new Descriptors();
        all.readTables();
        for (ProcessHandle process : processes) {
            all.read(process.pid());
        }
        return all.counted();
    }

    private void readTables() throws IOException {
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                Files.readAllLines(table).stream().skip(1).forEach(this::readLine);
            }
        }
    }

    private void readLine(String line) {
        String[] fields = line.strip().split("\\s+", -1);
        String socket = "socket:[" + fields[INODE] + "]";
        localPorts.put(socket, port(fields[LOCAL]));
        remotePorts.put(socket, port(fields[REMOTE]));
    }

    private static String port(String address) {
        return address.substring(address.indexOf(':') + 1);
    }

    private void read(long process) throws IOException {
        List<String> found = Usage.each(
                Path.of("/proc", Long.toString(process), "fd"),
                descriptor -> Files.readSymbolicLink(descriptor).toString());
        targets.put(process, found);
        for (String target : found) {
            String port = localPorts.get(target);
            if (port != null) {
                ownPorts.add(port);
            }
        }
    }

    private Map<String, Long> counted() {
        Map<String, Long> counts = new TreeMap<>();
        targets.forEach((process, found) -> {
            List<String> own = new ArrayList<>(found);
            own.removeIf(target -> target.endsWith(".jar") || isAmongThem(target));
            own.forEach(target -> counts.merge(Usage.plain(target), 1L, Long::sum));
        });
        return counts;
    }

    private boolean isAmongThem(String target) {
        return ownPorts.contains(remotePorts.getOrDefault(target, ""));
    }
}
