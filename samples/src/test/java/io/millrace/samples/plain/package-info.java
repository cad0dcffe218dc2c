/** Jobs of the samples in plain Spark, for comparison: {@code PlainHourlyRevenue} and {@code PlainReplica}. */
@NullMarked
package io.millrace.samples.plain;

import org.jspecify.annotations.NullMarked;
