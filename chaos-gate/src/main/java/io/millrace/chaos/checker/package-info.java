/**
 * The checker: {@code Checker} compares {@code Written} rows and {@code Total}s with the {@code Event}s that
 * {@code Truth} computes, and each batch ({@code BatchId}) with its {@code BatchPlan}, and returns a {@code Verdict}.
 * Independent of sinks and databases.
 */
@NullMarked
package io.millrace.chaos.checker;

import org.jspecify.annotations.NullMarked;
