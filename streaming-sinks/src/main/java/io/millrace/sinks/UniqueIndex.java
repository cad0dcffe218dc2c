package io.millrace.sinks;

import java.util.List;

/**
 * A unique index of a table.
 *
 * @param flaw why ON CONFLICT cannot rely on it, empty where it can
 */
record UniqueIndex(String name, List<String> columns, String flaw) {}
