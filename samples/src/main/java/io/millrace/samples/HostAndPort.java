package io.millrace.samples;

import io.millrace.samples.demo.DemoFailure;

/** The address of a line server. */
record HostAndPort(String host, int port) {
    static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new DemoFailure("--socket " + text + ": must be host:port, e.g. localhost:9999.");
        }
        return new HostAndPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
