/** What a database must provide for the JDBC sinks. Public for the packages of the databases alone. */
@NullMarked
package io.millrace.sinks.jdbc.dialect;

import org.jspecify.annotations.NullMarked;
