package io.millrace.sinks;

/**
 * The greatest size of a record that a producer takes.
 *
 * @param setting the option that sets it
 */
record RecordLimit(String setting, long bytes) {}
