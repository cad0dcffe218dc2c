/**
 * The proxy of PostgreSQL: {@code PostgresProxy} accepts connections, {@code ProxyLink} forwards the frames of one, and
 * {@code Conversation} and {@code StatementNames} name its messages. Each side is a {@code DaemonThread}.
 */
@NullMarked
package io.millrace.chaos.proxy;

import org.jspecify.annotations.NullMarked;
