/** Measurements behind the speed claims. */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
