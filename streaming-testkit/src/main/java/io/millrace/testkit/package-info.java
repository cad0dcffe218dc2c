/** Deterministic tests for streaming queries, and real servers as child processes. */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
