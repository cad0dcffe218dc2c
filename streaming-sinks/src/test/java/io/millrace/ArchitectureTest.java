package io.millrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.millrace.core.internal.spark.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the library, as {@code docs/architecture.md} draws them. */
class ArchitectureTest {
    private static final String CORE = "io.millrace.core";
    private static final String SINKS = "io.millrace.sinks";
    private static final String JDBC = SINKS + ".jdbc";
    private static final String DIALECT = JDBC + ".dialect";
    private static final String POSTGRES = JDBC + ".postgres";
    private static final String MARIADB = JDBC + ".mariadb";
    private static final String LOOKUP = JDBC + ".lookup";
    private static final String TESTKIT = "io.millrace.testkit";
    private static final String SERVERS = TESTKIT + ".servers";

    /** Public for other packages of the library, not for users. */
    private static final String[] INTERNAL = {CORE + ".internal..", DIALECT, POSTGRES, MARIADB, LOOKUP};

    /** Which packages of the library each package may use. {@code x..} stands for x and what is below it. */
    private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>(Map.of(
            CORE + ".internal..",
            List.of(CORE + ".internal.."),
            CORE,
            List.of(CORE + ".internal.."),
            DIALECT,
            List.of(CORE + ".."),
            POSTGRES,
            List.of(DIALECT, CORE + ".."),
            MARIADB,
            List.of(DIALECT, CORE + ".."),
            LOOKUP,
            List.of(CORE + ".."),
            JDBC,
            List.of(POSTGRES, MARIADB, DIALECT, LOOKUP, CORE + ".."),
            SINKS,
            List.of(JDBC, CORE + ".."),
            TESTKIT,
            List.of(CORE + ".."),
            SERVERS,
            List.of(CORE + "..")));

    /** Packages of Spark that its API documentation leaves out, and that change from one version to the next. */
    private static final String[] UNPUBLISHED = {
        "org.apache.spark.sql.catalyst..",
        "org.apache.spark.sql.classic..",
        "org.apache.spark.sql.execution..",
        "org.apache.spark.sql.internal..",
        "org.apache.spark.sql.kafka010..",
        "org.apache.spark.sql.util..",
        "org.apache.spark.internal..",
        "org.apache.spark.metrics..",
        "org.apache.spark.unsafe..",
        "org.apache.spark.deploy..",
        "org.apache.spark.rpc.."
    };

    /** The only classes that may use them. */
    private static final Set<String> USES_UNPUBLISHED = Set.of(
            CORE + ".internal.CalendarExpression",
            CORE + ".internal.ColumnExpressions",
            CORE + ".internal.EmptyRows",
            CORE + ".internal.FileFormatOptions",
            CORE + ".internal.NeededColumns",
            CORE + ".internal.PartitionRows",
            CORE + ".internal.PersistedRows",
            CORE + ".internal.PlannedRows",
            CORE + ".internal.RunningQueries",
            CORE + ".internal.SparkMetrics",
            CORE + ".internal.StreamingPlan",
            CORE + ".internal.StructExpression",
            CORE + ".internal.TableStream",
            CORE + ".internal.Triggers",
            CORE + ".internal.UnstableFilters",
            CORE + ".internal.WriterSettings",
            CORE + ".internal.guard.ExpressionMeanings",
            CORE + ".internal.guard.JoinOfStreams",
            CORE + ".internal.guard.LiveColumns",
            CORE + ".internal.guard.PlanFacts",
            CORE + ".internal.guard.SourceFacts",
            CORE + ".internal.guard.StatefulStep",
            // The options of a source, a parameter of Spark's published interface.
            CORE + ".internal.kafka.KafkaRange",
            CORE + ".internal.spark.BatchThread",
            CORE + ".internal.spark.CheckpointManager",
            CORE + ".internal.spark.LocalCheckpointManager",
            CORE + ".internal.spark.PipelineCheckpointManager",
            CORE + ".internal.spark.SparkLine",
            CORE + ".internal.spark.StateFunctions",
            CORE + ".internal.spark.StreamingOperators",
            CORE + ".internal.json.SparkJson",
            CORE + ".internal.json.JsonConversion",
            CORE + ".internal.json.JsonItems",
            CORE + ".internal.json.JsonPart",
            CORE + ".internal.json.PlainValue",
            SINKS + ".SparkFileSink",
            SINKS + ".StreamingFormat",
            SINKS + ".ViewNames",
            // Spark's connector API is published, and its rows are not.
            JDBC + ".LetterReaders",
            // Rows as Spark has them, so that no value is changed on its way.
            JDBC + ".LookedUpTable",
            LOOKUP + ".LookupCaches",
            LOOKUP + ".KnownRows",
            LOOKUP + ".WholeTable",
            LOOKUP + ".LookupFunction",
            LOOKUP + ".LookupKeys",
            LOOKUP + ".LookupRows",
            LOOKUP + ".LookupTable",
            DIALECT + ".SparkTime",
            TESTKIT + ".SparkBatchInternals",
            TESTKIT + ".SparkClockInternals",
            TESTKIT + ".SparkPlanInternals",
            TESTKIT + ".SparkQueryInternals",
            TESTKIT + ".SparkRowInternals",
            TESTKIT + ".SparkSourceInternals",
            TESTKIT + ".SparkStateInternals",
            TESTKIT + ".SparkTraceInternals",
            // Spark's connector API is published, and its rows are not.
            TESTKIT + ".GivenRows");

    private static final Path PUBLIC_TYPES = Path.of("src/test/resources/io/millrace/public-types.txt");

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages(CORE, SINKS, TESTKIT);

    @Test
    void everyPackageIsDrawn() {
        assertThat(LIBRARY.stream().map(JavaClass::getPackageName).distinct())
                .allSatisfy(name -> assertThat(ARROWS.keySet())
                        .anyMatch(drawn -> resideInAPackage(drawn).test(anyClassOf(name))));
    }

    @ParameterizedTest
    @MethodSource("drawnPackages")
    void aPackageUsesOnlyThoseThatItsArrowsLeadTo(String name, String[] others) {
        noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat(resideInAnyPackage(others))
                .check(LIBRARY);
    }

    static Stream<Object[]> drawnPackages() {
        return ARROWS.entrySet().stream().map(arrows -> {
            Set<String> others = new LinkedHashSet<>(ARROWS.keySet());
            others.remove(arrows.getKey());
            others.removeIf(other -> arrows.getValue().stream().anyMatch(allowed -> covers(allowed, other)));
            return new Object[] {arrows.getKey(), others.toArray(String[]::new)};
        });
    }

    private static boolean covers(String allowed, String other) {
        return allowed.equals(other)
                || (allowed.endsWith("..") && (other + ".").startsWith(allowed.substring(0, allowed.length() - 1)));
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(LIBRARY);
    }

    @Test
    void noSignatureOfTheApiNamesAnInternalType() {
        classes()
                .that(isApi())
                .should(nameOnly(
                        "types of the API",
                        type -> !resideInAnyPackage(INTERNAL).test(type)))
                .check(LIBRARY);
    }

    /** A type that becomes part of the API, or leaves it, is a line of this list. */
    @Test
    void theTypesOfTheApiAreThoseOnTheList() throws IOException {
        assertThat(LIBRARY.stream().filter(isApi()).map(JavaClass::getFullName).sorted())
                .containsExactlyElementsOf(Files.readAllLines(PUBLIC_TYPES));
    }

    @Test
    void exactlyTheNamedClassesUseWhatSparkDoesNotPublish() {
        Set<String> expected = new HashSet<>(USES_UNPUBLISHED);
        if (!SparkVersion.minor().equals("3.5")) {
            // Spark 3.5 has no real-time mode.
            expected.add(CORE + ".internal.spark.RealTimeMode");
        }
        assertThat(namesOfUsers(UNPUBLISHED)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void onlyPoolsUsesTheConnectionPool() {
        assertThat(namesOfUsers("com.zaxxer.hikari..")).containsExactly(JDBC + ".Pools");
    }

    /** The outermost classes of the library that use a type of {@code packages}. */
    private static Set<String> namesOfUsers(String... packages) {
        DescribedPredicate<JavaClass> used = resideInAnyPackage(packages);
        return LIBRARY.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> used.test(dependency.getTargetClass())))
                .map(type -> outermost(type).getFullName())
                .collect(Collectors.toSet());
    }

    private static JavaClass anyClassOf(String name) {
        return LIBRARY.stream()
                .filter(type -> type.getPackageName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JavaClass outermost(JavaClass type) {
        Optional<JavaClass> enclosing = type.getEnclosingClass();
        return enclosing.map(ArchitectureTest::outermost).orElse(type);
    }

    /** Public types, nested ones included, outside the internal packages. */
    private static DescribedPredicate<JavaClass> isApi() {
        return new DescribedPredicate<>("are part of the API") {
            @Override
            public boolean test(JavaClass type) {
                return type.getModifiers().contains(PUBLIC)
                        && !resideInAnyPackage(INTERNAL).test(type)
                        && type.getEnclosingClass().map(this::test).orElse(true);
            }
        };
    }

    private static ArchCondition<JavaClass> nameOnly(
            String description, java.util.function.Predicate<JavaClass> allowed) {
        return new ArchCondition<>("name only " + description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaClass> parents = Stream.of(
                                type.getInterfaces().stream(),
                                type.getSuperclass().stream(),
                                type.getTypeParameters().stream())
                        .flatMap(types -> types)
                        .flatMap(parent -> parent.getAllInvolvedRawTypes().stream());
                Stream<JavaClass> named = type.getMembers().stream()
                        .filter(member -> member.getModifiers().contains(PUBLIC)
                                || member.getModifiers().contains(PROTECTED))
                        .flatMap(ArchitectureTest::namedBy);
                Stream.concat(parents, named)
                        .filter(used -> !allowed.test(used))
                        .distinct()
                        .forEach(used -> events.add(SimpleConditionEvent.violated(
                                type, type.getFullName() + " names " + used.getFullName())));
            }
        };
    }

    private static Stream<JavaClass> namedBy(JavaMember member) {
        Stream<JavaType> types = member instanceof JavaField field
                ? Stream.of(field.getType())
                : Stream.concat(
                        Stream.concat(
                                Stream.of(((JavaCodeUnit) member).getReturnType()),
                                ((JavaCodeUnit) member).getParameterTypes().stream()),
                        ((JavaCodeUnit) member).getExceptionTypes().stream());
        return types.flatMap(type -> type.getAllInvolvedRawTypes().stream());
    }
}
