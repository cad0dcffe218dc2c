/** Small programs, one for each thing that Millrace does. */
@NullMarked
package io.millrace.samples;

import org.jspecify.annotations.NullMarked;
