package io.millrace.chaos;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a writer must give back: connections of the database, threads and file descriptors of this JVM. */
record Usage(long connections, long threads, long descriptors) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String CONNECTIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    static Usage now(Rig rig) throws SQLException, IOException {
        return new Usage(
                rig.query("public", CONNECTIONS, row -> row.getLong(1)).get(0),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                descriptorsOpen());
    }

    Usage withConnections(long others) {
        return new Usage(others, threads, descriptors);
    }

    /** What there is more of than in {@code baseline}. */
    List<String> leaksOver(Usage baseline) {
        List<String> leaks = new ArrayList<>();
        tell(leaks, "connections", connections, baseline.connections);
        tell(leaks, "threads", threads, baseline.threads);
        tell(leaks, "file descriptors", descriptors, baseline.descriptors);
        return leaks;
    }

    private static void tell(List<String> leaks, String what, long now, long before) {
        if (now > before) {
            leaks.add("leak: " + now + " " + what + ", and " + before + " at the baseline");
        }
    }

    private static long descriptorsOpen() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }
}
