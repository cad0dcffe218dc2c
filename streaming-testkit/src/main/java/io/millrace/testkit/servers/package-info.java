/**
 * Real servers for tests and programs: child processes that never outlive the JVM.
 *
 * <p>Front doors:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.servers.TestKafka}: a Kafka broker.
 *   <li>{@link io.millrace.testkit.servers.TestPostgres}: a PostgreSQL server.
 *   <li>{@link io.millrace.testkit.servers.TestMariaDb}: a MariaDB server.
 *   <li>{@link io.millrace.testkit.servers.TestSpark}: a standalone Spark cluster.
 * </ul>
 *
 * <p>Kafka: {@code KafkaBroker} configures and starts it, {@code SecuredListener} adds TLS and logins, {@code KafkaAdmin}
 * calls it.
 *
 * <p>Databases: {@code PostgresCluster} and {@code MariaDbServer} create a data directory and start a server on it;
 * {@code PostgresBinaries}, {@code PostgresArchive} and {@code MariaDbBinaries} find and unpack the programs;
 * {@code Unprivileged} runs PostgreSQL for root; {@code Passwords} makes passwords.
 *
 * <p>Spark: {@code SparkHome} is the layout of an installed Spark, {@code SparkDaemon} a master or a worker.
 *
 * <p>Processes: {@code ChildServer} is the life cycle of a server, {@code ServerProcess} its process, {@code Workspace}
 * the directory of all servers with its watchdog ({@code watchdog.sh}); {@code Commands}, {@code Directories} and
 * {@code Ports} call the operating system.
 */
@NullMarked
package io.millrace.testkit.servers;

import org.jspecify.annotations.NullMarked;
