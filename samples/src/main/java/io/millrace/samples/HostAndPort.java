package io.millrace.samples;

/** Where a line server listens. */
record HostAndPort(String host, int port) {
    static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new DemoFailure("--socket " + text + ": write it as host:port, such as localhost:9999.");
        }
        return new HostAndPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
