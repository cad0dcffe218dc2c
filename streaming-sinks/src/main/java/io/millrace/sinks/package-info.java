/** Sinks: where the rows of a streaming query go, and with which guarantee. */
@NullMarked
package io.millrace.sinks;

import org.jspecify.annotations.NullMarked;
