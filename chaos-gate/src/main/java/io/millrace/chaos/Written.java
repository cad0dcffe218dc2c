package io.millrace.chaos;

/** One row of the audit table: an event, and which batch, query, attempt and transaction wrote it. */
record Written(Event event, long batch, String query, long attempt, long transaction) {}
