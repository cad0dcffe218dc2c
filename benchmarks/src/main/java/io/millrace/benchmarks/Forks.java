package io.millrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** Counts the processes that this JVM starts, by the events of Flight Recorder. */
final class Forks {
    private static final String EVENT = "jdk.ProcessStart";

    private Forks() {}

    static int during(Callable<?> work) throws Exception {
        Path file = Files.createTempFile("forks", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(EVENT);
            recording.start();
            work.call();
            recording.stop();
            recording.dump(file);
            return (int) RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(EVENT))
                    .count();
        } finally {
            Files.delete(file);
        }
    }
}
