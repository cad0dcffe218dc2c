package io.millrace.sinks.jdbc.dialect;

import java.time.Duration;

/** The settings that a dialect needs to open a connection. The user and the password are not among them. */
public record ConnectionSettings(Duration connectTimeout, Duration statementTimeout) {}
