package io.millrace.core;

import java.util.List;

/**
 * Lines of text from a socket that this process connects to: {@code value}. For testing only: what was read is in
 * memory alone, and lost with the driver. Immutable: every call returns a copy.
 *
 * <pre>{@code Sources.socket("localhost", 9999).withTimestamps()}</pre>
 */
public final class SocketSource extends CheckedSource {
    private final ReaderSpec reading;

    private SocketSource(ReaderSpec reading) {
        this.reading = reading;
    }

    static SocketSource at(String host, int port) {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "socket(" + host + ", " + port + "): name a host, and a port from 1 to 65535.");
        }
        return new SocketSource(ReaderSpec.of("socket").with("host", host).with("port", port));
    }

    /** Adds {@code timestamp}, when the line arrived. */
    public SocketSource withTimestamps() {
        return new SocketSource(reading.with("includeTimestamp", true));
    }

    @Override
    ReaderSpec reading() {
        return reading;
    }

    @Override
    List<Problem> problems() {
        return List.of();
    }
}
