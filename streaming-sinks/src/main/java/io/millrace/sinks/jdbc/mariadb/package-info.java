/** MariaDB's side of the JDBC sinks. */
@NullMarked
package io.millrace.sinks.jdbc.mariadb;

import org.jspecify.annotations.NullMarked;
