package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What will be done to which subject, written down before it is done. */
record Schedule(long seed, String subject, List<Fault> faults) {
    private static final String SEED = "seed ";
    private static final String SUBJECT = "subject ";

    static Schedule read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2 || !lines.get(0).startsWith(SEED) || !lines.get(1).startsWith(SUBJECT)) {
            throw new IllegalArgumentException(file + " is no schedule: its first lines are not a seed and a subject.");
        }
        return new Schedule(
                Long.parseLong(lines.get(0).substring(SEED.length())),
                lines.get(1).substring(SUBJECT.length()),
                lines.stream().skip(2).map(Fault::parse).toList());
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of(SEED + seed, SUBJECT + subject));
        faults.forEach(fault -> lines.add(fault.toString()));
        Files.write(file, lines);
    }
}
