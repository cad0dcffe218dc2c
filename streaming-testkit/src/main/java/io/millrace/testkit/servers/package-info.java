/**
 * Real servers for tests and programs: child processes that never outlive the JVM.
 *
 * <p>Front doors:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.servers.TestKafka}: a Kafka broker
 *   <li>{@link io.millrace.testkit.servers.TestPostgres}: a PostgreSQL server
 *   <li>{@link io.millrace.testkit.servers.TestMariaDb}: a MariaDB server
 *   <li>{@link io.millrace.testkit.servers.TestSpark}: a standalone Spark cluster
 * </ul>
 *
 * <p>Kafka:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.servers.KafkaBroker}: configures and starts the broker
 *   <li>{@link io.millrace.testkit.servers.SecuredListener}: TLS and logins
 *   <li>{@link io.millrace.testkit.servers.KafkaAdmin}, {@link io.millrace.testkit.servers.KafkaRecords}: calls to the
 *       broker, and the records of a topic
 * </ul>
 *
 * <p>Databases:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.servers.PostgresCluster}, {@link io.millrace.testkit.servers.MariaDbInstance}: a
 *       data directory and its server
 *   <li>{@link io.millrace.testkit.servers.PostgresBinaries}, {@link io.millrace.testkit.servers.PostgresArchive},
 *       {@link io.millrace.testkit.servers.MariaDbBinaries}, {@link io.millrace.testkit.servers.SharedBinaries}: find
 *       the programs for this machine ({@link io.millrace.testkit.servers.Platform}), and unpack them once for all JVMs
 *   <li>{@link io.millrace.testkit.servers.Unprivileged}: runs PostgreSQL for root
 *   <li>{@link io.millrace.testkit.servers.Passwords}, {@link io.millrace.testkit.servers.ScramVerifier}: random
 *       passwords and where clients find them, and what PostgreSQL stores of one
 * </ul>
 *
 * <p>Spark:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.servers.SparkHome}: the layout of an installed Spark
 *   <li>{@link io.millrace.testkit.servers.SparkDaemon}: a master or a worker
 * </ul>
 *
 * <p>Processes:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.servers.ChildServer}: the life cycle of a server
 *   <li>{@link io.millrace.testkit.servers.ServerProcess}: its process
 *   <li>{@link io.millrace.testkit.servers.Workspace}: the directory and the watchdog of all servers
 *   <li>{@link io.millrace.testkit.servers.Commands}, {@link io.millrace.testkit.servers.Directories},
 *       {@link io.millrace.testkit.servers.Ports}: calls to the operating system
 *   <li>{@link io.millrace.testkit.servers.ArtifactNames}: what messages tell to add to the dependencies
 * </ul>
 */
@NullMarked
package io.millrace.testkit.servers;

import org.jspecify.annotations.NullMarked;
