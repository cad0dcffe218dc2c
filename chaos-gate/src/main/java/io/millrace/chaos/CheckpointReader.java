package io.millrace.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.chaos.checker.BatchId;
import io.millrace.chaos.checker.BatchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the batches of a checkpoint from its logs. */
final class CheckpointReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private long committed = -1;
    private Map<Integer, Long> ends = Map.of();

    CheckpointReader(Path directory) {
        this.directory = directory;
    }

    /** Returns the end offset of each partition in the committed batches. */
    Map<Integer, Long> committedEnds() throws IOException {
        long last = committed;
        while (Files.exists(directory.resolve("commits").resolve(Long.toString(last + 1)))) {
            last++;
        }
        if (last > committed) {
            ends = offsets(last);
            committed = last;
        }
        return ends;
    }

    /** Returns the planned offsets of each batch. */
    Map<BatchId, BatchPlan> plans() throws IOException {
        if (!Files.exists(directory.resolve("metadata"))) {
            return Map.of();
        }
        String query =
                JSON.readTree(directory.resolve("metadata").toFile()).get("id").asText();
        Map<BatchId, BatchPlan> plans = new TreeMap<>();
        Map<Integer, Long> from = Map.of();
        for (long batch : batches()) {
            Map<Integer, Long> until = offsets(batch);
            plans.put(new BatchId(query, batch), new BatchPlan(from, until));
            from = until;
        }
        return plans;
    }

    private List<Long> batches() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("offsets"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
        }
    }

    /** Reads the third line of a log file, that of the source: {"topic":{"partition":offset}}. */
    private Map<Integer, Long> offsets(long batch) throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("offsets").resolve(Long.toString(batch)));
        JsonNode partitions = JSON.readTree(lines.get(2)).elements().next();
        Map<Integer, Long> offsets = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : partitions.properties()) {
            offsets.put(Integer.parseInt(entry.getKey()), entry.getValue().asLong());
        }
        return offsets;
    }
}
