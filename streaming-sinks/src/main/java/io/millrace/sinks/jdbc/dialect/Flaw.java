package io.millrace.sinks.jdbc.dialect;

/** What makes a table unfit for every sink, and the way out. */
public record Flaw(String reason, String wayOut) {}
