package org.example.zips;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the published artifacts and their dependencies. */
class PublishedArtifactsIT {
    private static final List<String> KINDS = List.of("-sources.jar", "-javadoc.jar", ".jar");
    private static final String VERSION = System.getProperty("millrace.version");
    private static final String SUFFIX = System.getProperty("artifact.suffix");
    private static final String SCALA = System.getProperty("scala.binary");

    @Test
    void sbomOfTheSinksListsTheirDependencies() throws Exception {
        String classPath = Files.readString(Path.of(System.getProperty("job.classpath"))).strip();
        Set<String> jars = Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(jar -> !jar.equals("streaming-sinks-" + SUFFIX + "-" + VERSION + ".jar"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(jars, components("streaming-sinks-" + SUFFIX));
    }

    @Test
    void testkitDoesNotDependOnSparkServersOrJUnit() throws Exception {
        assertEquals(
                Set.of("streaming-core-" + SUFFIX, "spark-sql-kafka-0-10_" + SCALA,
                        "spark-token-provider-kafka-0-10_" + SCALA, "kafka-clients", "commons-pool2", "jspecify"),
                components("streaming-testkit-" + SUFFIX).stream()
                        .map(jar -> jar.replaceAll("-[0-9][^_]*\\.jar$", ""))
                        .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"streaming-core", "streaming-sinks", "streaming-testkit"})
    void eachLibraryHasCodeSourcesAndJavadoc(String artifact) throws Exception {
        for (String kind : KINDS) {
            try (JarFile jar = new JarFile(file(artifact + "-" + SUFFIX, kind).toFile())) {
                assertTrue(jar.stream().count() > 10, artifact + kind);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"streaming-testkit-kafka", "streaming-testkit-postgres", "streaming-testkit-mariadb"})
    void eachServerIsAJarWithoutCode(String artifact) throws Exception {
        for (String kind : KINDS) {
            try (JarFile jar = new JarFile(file(artifact + "-" + SUFFIX, kind).toFile())) {
                assertNotNull(jar.getEntry("META-INF/LICENSE"), artifact + kind);
                assertTrue(jar.stream().noneMatch(entry -> entry.getName().endsWith(".class")), artifact + kind);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "streaming-core, io.millrace.core",
        "streaming-sinks, io.millrace.sinks",
        "streaming-testkit, io.millrace.testkit",
        "streaming-testkit-kafka, io.millrace.testkit.kafka",
        "streaming-testkit-postgres, io.millrace.testkit.postgres",
        "streaming-testkit-mariadb, io.millrace.testkit.mariadb"
    })
    void eachJarIsAModuleOfAFixedName(String artifact, String module) {
        assertEquals(
                List.of(module),
                ModuleFinder.of(file(artifact + "-" + SUFFIX, ".jar")).findAll().stream()
                        .map(found -> found.descriptor().name())
                        .toList());
    }

    @Test
    void bomManagesMillraceAlone() throws Exception {
        String bom = Files.readString(file("millrace-bom", ".pom"));
        Set<String> managed = Pattern.compile("<artifactId>(.*?)</artifactId>")
                .matcher(bom.substring(bom.indexOf("<dependencyManagement>")))
                .results()
                .map(artifact -> artifact.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                Stream.of("streaming-core", "streaming-sinks", "streaming-testkit", "streaming-testkit-kafka",
                                "streaming-testkit-postgres", "streaming-testkit-mariadb")
                        .flatMap(name -> Stream.of(name + "-spark3.5_2.12", name + "-spark4_2.13"))
                        .collect(Collectors.toCollection(TreeSet::new)),
                managed);
        assertFalse(bom.contains("<properties>"), "The BOM has properties of the build");
    }

    @ParameterizedTest
    @ValueSource(strings = {"streaming-core", "streaming-sinks", "streaming-testkit", "streaming-testkit-kafka",
            "streaming-testkit-postgres", "streaming-testkit-mariadb", "millrace-bom"})
    void eachPomStandsAlone(String name) throws Exception {
        String artifact = name.equals("millrace-bom") ? name : name + "-" + SUFFIX;
        String pom = Files.readString(file(artifact, ".pom"));
        for (String element : List.of("<license>", "<scm", "<developer>", "<url>", "<description>")) {
            assertTrue(pom.contains(element), artifact + " has no " + element);
        }
        assertFalse(pom.contains("<parent>") || pom.contains("${"), artifact + " depends on another POM");
    }

    private static Set<String> components(String artifact) throws Exception {
        JsonNode sbom = new ObjectMapper().readTree(file(artifact, "-cyclonedx.json").toFile());
        return StreamSupport.stream(sbom.get("components").spliterator(), false)
                .map(component -> component.get("name").asText() + "-" + component.get("version").asText() + ".jar")
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Path file(String artifact, String kind) {
        return Path.of(System.getProperty("millrace.repository"), artifact, VERSION, artifact + "-" + VERSION + kind);
    }
}
