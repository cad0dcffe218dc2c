/** Real servers for tests, each a child process of this JVM. */
@NullMarked
package io.millrace.testkit.servers;

import org.jspecify.annotations.NullMarked;
