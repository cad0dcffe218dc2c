/** Sources, transforms and pipelines: immutable values over Spark's own types. */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
