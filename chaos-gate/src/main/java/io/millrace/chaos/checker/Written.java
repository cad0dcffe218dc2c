package io.millrace.chaos.checker;

/** A row of the audit table: an event, and the batch, query, attempt and transaction that wrote it. */
public record Written(Event event, long batch, String query, long attempt, long transaction) {}
