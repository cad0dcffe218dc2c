/**
 * The checker: {@code Checker} compares {@code Written} rows and {@code Total}s with the events computed by
 * {@code Truth}, and returns a {@code Verdict}. Independent of sinks and databases.
 */
@NullMarked
package io.millrace.chaos.checker;

import org.jspecify.annotations.NullMarked;
