package io.millrace.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** The processes that this JVM starts until it is closed. */
final class StartedProcesses implements AutoCloseable {
    private final Recording recording = new Recording();

    StartedProcesses() {
        recording.enable("jdk.ProcessStart").withoutStackTrace();
        recording.start();
    }

    /** The commands so far; call it once. */
    List<String> commands() throws IOException {
        recording.stop();
        Path events = Files.createTempFile("processes", ".jfr");
        try {
            recording.dump(events);
            return RecordingFile.readAllEvents(events).stream()
                    .filter(event -> event.getEventType().getName().equals("jdk.ProcessStart"))
                    .map(event -> event.getString("command"))
                    // Spark 4 deletes the artifacts of a session when the garbage collector has found the session.
                    .filter(command -> !command.contains("/artifacts-"))
                    .toList();
        } finally {
            Files.delete(events);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
