/** Faults on purpose: crashes, kills and broken connections, and a checker that says what they did to the table. */
@NullMarked
package io.millrace.chaos;

import org.jspecify.annotations.NullMarked;
