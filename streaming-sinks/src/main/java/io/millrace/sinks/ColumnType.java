package io.millrace.sinks;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column: its name in the catalog, or that below a domain; the name of its elements where it is an array;
 * and how SQL writes it.
 */
record ColumnType(String name, @Nullable String element, String sql) implements Serializable {}
