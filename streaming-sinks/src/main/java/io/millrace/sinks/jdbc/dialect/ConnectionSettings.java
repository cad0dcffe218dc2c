package io.millrace.sinks.jdbc.dialect;

import java.time.Duration;

/** What a dialect needs to know to open a connection; who logs in, and by which secret, is not its business. */
public record ConnectionSettings(Duration connectTimeout, Duration statementTimeout) {}
