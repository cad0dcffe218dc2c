/** JDBC sinks: upserts and exactly-once micro-batches. */
@NullMarked
package io.millrace.sinks.jdbc;

import org.jspecify.annotations.NullMarked;
