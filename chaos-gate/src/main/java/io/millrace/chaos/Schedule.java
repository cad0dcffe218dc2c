package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The faults of one trial, written to a file before they are injected.
 *
 * @param name the name of its files
 */
record Schedule(String name, long seed, Layer layer, Subject subject, List<Fault> faults) {
    private static final Pattern HEAD = Pattern.compile("seed (-?\\d+), layer (\\w+), subject (\\S+)");

    private static final String SUFFIX = ".schedule";

    static Schedule read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Matcher head = HEAD.matcher(lines.isEmpty() ? "" : lines.get(0));
        if (!head.matches()) {
            throw new IllegalArgumentException(
                    file + " is not a schedule: its first line does not contain seed, layer and subject.");
        }
        return new Schedule(
                file.getFileName().toString().replace(SUFFIX, ""),
                Long.parseLong(head.group(1)),
                Layer.valueOf(head.group(2)),
                Subject.named(head.group(3)),
                lines.stream().skip(1).map(Fault::parse).toList());
    }

    void write(Path directory) throws IOException {
        List<String> lines = new ArrayList<>(List.of("seed " + seed + ", layer " + layer + ", subject " + subject));
        faults.forEach(fault -> lines.add(fault.toString()));
        Files.createDirectories(directory);
        Files.write(directory.resolve(name + SUFFIX), lines);
    }
}
