package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The resources that writers must release: database connections, threads and file descriptors, counted by name. Threads
 * and descriptors are read from /proc, and not counted if there is none.
 */
record Usage(long connections, Map<String, Long> threads, Map<String, Long> descriptors) {
    private static final Path PROCESSES = Path.of("/proc");
    /** Compiler and collector threads start and end with their load. */
    private static final Pattern OF_THE_JVM = Pattern.compile("C[12] Compiler|GC Thread|G1 ");

    private static final String CONNECTIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    /** Returns the usage of this JVM, and all connections to the database. */
    static Usage now(Environment environment) throws SQLException, IOException {
        long connections =
                environment.query("public", CONNECTIONS, row -> row.getLong(1)).get(0);
        return of(List.of(ProcessHandle.current()), connections);
    }

    static Usage of(List<ProcessHandle> processes, long connections) throws IOException {
        Map<String, Long> threads = new TreeMap<>();
        for (ProcessHandle process : processes) {
            Path tasks = PROCESSES.resolve(Long.toString(process.pid())).resolve("task");
            for (String name : each(tasks, task -> Files.readString(task.resolve("comm")))) {
                if (!OF_THE_JVM.matcher(name).lookingAt()) {
                    threads.merge(plain(name), 1L, Long::sum);
                }
            }
        }
        return new Usage(connections, threads, Descriptors.of(processes));
    }

    Usage withConnections(long others) {
        return new Usage(others, threads, descriptors);
    }

    /** Returns the resources that there are more of than in {@code baseline}. */
    List<String> leaksOver(Usage baseline) {
        List<String> leaks = new ArrayList<>();
        addIfMore(leaks, "connections", connections, baseline.connections);
        addIfMore(leaks, "threads" + more(threads, baseline.threads), sum(threads), sum(baseline.threads));
        addIfMore(
                leaks,
                "file descriptors" + more(descriptors, baseline.descriptors),
                sum(descriptors),
                sum(baseline.descriptors));
        return leaks;
    }

    @Override
    public String toString() {
        return connections + " connections, " + sum(threads) + " threads, " + sum(descriptors) + " file descriptors";
    }

    /** Replaces the numbers in a name. */
    static String plain(String name) {
        return name.strip().replaceAll("\\d+", "#");
    }

    /** Reads all entries of a directory, except those that are deleted meanwhile. */
    static List<String> each(Path directory, Read read) throws IOException {
        List<String> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                try {
                    all.add(read.of(entry));
                } catch (IOException e) {
                    if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                        throw e;
                    }
                }
            }
        }
        return all;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String more(Map<String, Long> now, Map<String, Long> before) {
        Map<String, Long> more = new TreeMap<>(now);
        before.forEach((name, count) -> more.merge(name, -count, Long::sum));
        more.values().removeIf(count -> count <= 0);
        return " (more of " + more + ")";
    }

    private static void addIfMore(List<String> leaks, String what, long now, long before) {
        if (now > before) {
            leaks.add("leak: " + now + " " + what + ", but " + before + " at the baseline");
        }
    }

    /** Reads an entry of a directory. */
    @FunctionalInterface
    interface Read {
        String of(Path entry) throws IOException;
    }
}
