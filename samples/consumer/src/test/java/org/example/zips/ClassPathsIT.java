package org.example.zips;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Checks what the artifacts of Millrace put into the job, and beside Spark in its tests. */
class ClassPathsIT {
    /** What the names of Millrace's artifacts end with, such as spark3.5_2.12. */
    private static final String SUFFIX = System.getProperty("artifact.suffix");
    private static final String SCALA = System.getProperty("scala.binary");
    private static final boolean LINE_4 = SUFFIX.startsWith("spark4");

    /** Spark has them, or only tests need them. */
    private static final List<String> FOREIGN = List.of(
            "scala/", "org/apache/hadoop/", "com/fasterxml/jackson/", "org/slf4j/", "org/apache/logging/",
            "org/apache/log4j/", "com/github/luben/zstd/", "net/jpountz/", "org/xerial/snappy/", "org/tukaani/",
            "org/apache/commons/compress/", "io/millrace/testkit/", "org/junit/", "kafka/server/", "postgres-",
            "org/apache/kafka/raft/", "org/apache/kafka/metadata/", "ch/vorburger/", "org/mariadb/");

    @Test
    void jobJarHasNothingThatSparkOrOnlyTheTestsHave() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("job.jar"))) {
            Set<String> foreign = jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(JarEntry::getName)
                    .filter(name -> FOREIGN.stream().anyMatch(name::startsWith)
                            || (name.startsWith("org/apache/spark/")
                                    && !name.contains("kafka010")
                                    // An empty class in each jar of Spark.
                                    && !name.startsWith("org/apache/spark/unused/")))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(Set.of(), foreign);
        }
    }

    @Test
    void runtimeClassPathIsThatOfTheSinksAlone() throws Exception {
        assertEquals(
                new TreeSet<>(Set.of("streaming-core-" + SUFFIX, "streaming-sinks-" + SUFFIX,
                        "spark-sql-kafka-0-10_" + SCALA, "spark-token-provider-kafka-0-10_" + SCALA, "kafka-clients",
                        "commons-pool2", "HikariCP", "ascii-table", "postgresql", "checker-qual", "jspecify")),
                artifacts(Files.readString(Path.of(System.getProperty("job.classpath")))));
    }

    @Test
    void testsLogByTheSlf4jAndTheLog4jOfSpark() {
        assertEquals(
                "org.apache.logging.slf4j.Log4jLoggerFactory",
                LoggerFactory.getILoggerFactory().getClass().getName());
        assertEquals(List.of(LINE_4 ? "slf4j-api-2.0.17.jar" : "slf4j-api-2.0.7.jar"), testJars("slf4j-api-"));
    }

    @Test
    void testsHaveTheLibrariesOfSparkInItsVersions() {
        List<String> ofSpark35 = List.of("jackson-core-2.15.2.jar", "jackson-databind-2.15.2.jar",
                "jackson-annotations-2.15.2.jar", "jackson-module-scala_2.12-2.15.2.jar", "scala-library-2.12.18.jar",
                "scala-reflect-2.12.18.jar", "zookeeper-3.6.3.jar", "zstd-jni-1.5.5-4.jar", "lz4-java-1.8.0.jar",
                "commons-compress-1.23.0.jar", "commons-io-2.16.1.jar", "commons-lang3-3.12.0.jar",
                "kafka-clients-3.4.1.jar");
        List<String> ofSpark4 = List.of("jackson-core-2.21.2.jar", "jackson-databind-2.21.2.jar",
                "jackson-annotations-2.21.jar", "jackson-module-scala_2.13-2.21.2.jar", "scala-library-2.13.18.jar",
                "scala-reflect-2.13.18.jar", "zookeeper-3.9.5.jar", "zstd-jni-1.5.7-7.jar", "lz4-java-1.11.0.jar",
                "commons-compress-1.28.0.jar", "commons-io-2.22.0.jar", "commons-lang3-3.20.0.jar",
                "kafka-clients-3.9.2.jar");
        for (String jar : LINE_4 ? ofSpark4 : ofSpark35) {
            assertEquals(List.of(jar), testJars(jar.replaceAll("[0-9.]+(-[0-9])?\\.jar$", "")));
        }
    }

    private static List<String> testJars(String start) {
        return jars(System.getProperty("java.class.path"))
                .filter(jar -> jar.startsWith(start) && Character.isDigit(jar.charAt(start.length())))
                .toList();
    }

    private static Set<String> artifacts(String classPath) {
        return jars(classPath)
                .map(jar -> jar.replaceAll("-[0-9][^_]*\\.jar$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> jars(String classPath) {
        return Stream.of(classPath.strip().split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString());
    }
}
