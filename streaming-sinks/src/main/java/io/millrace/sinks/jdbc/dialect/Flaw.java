package io.millrace.sinks.jdbc.dialect;

/** A reason why a sink cannot use a table, and how to fix it. */
public record Flaw(String reason, String hint) {}
