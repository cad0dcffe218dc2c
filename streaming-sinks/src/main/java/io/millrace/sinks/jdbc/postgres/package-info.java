/** PostgreSQL's side of the JDBC sinks. */
@NullMarked
package io.millrace.sinks.jdbc.postgres;

import org.jspecify.annotations.NullMarked;
