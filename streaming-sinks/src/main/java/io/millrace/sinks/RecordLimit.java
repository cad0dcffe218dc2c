package io.millrace.sinks;

/**
 * The most bytes that a producer takes for one record.
 *
 * @param setting the option that says so
 */
record RecordLimit(String setting, long bytes) {}
