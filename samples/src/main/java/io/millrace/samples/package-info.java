/**
 * Samples: a small program for each feature of Millrace.
 *
 * <p>{@code Samples} is the command line and lists the programs. {@code SampleEnvironment} gives them a Spark session
 * and servers. {@link io.millrace.samples.demo} is the demo.
 */
@NullMarked
package io.millrace.samples;

import org.jspecify.annotations.NullMarked;
