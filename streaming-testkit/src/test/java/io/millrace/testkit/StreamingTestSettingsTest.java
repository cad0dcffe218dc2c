package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Settings and parameters of test classes, and those that are refused. */
class StreamingTestSettingsTest {
    private static final List<StreamKit> KITS = new ArrayList<>();

    @Test
    void settingWithoutAValueIsRefusedWithTheWayToWriteIt() {
        assertThat(refusalOf(NoValue.class))
                .contains("@StreamingTest(settings = \"spark.sql.ansi.enabled\"): a setting is written \"key=value\","
                        + " such as \"spark.sql.ansi.enabled=true\".");
    }

    @Test
    void settingThatOnlyANewJvmTakesIsRefusedBySpark() {
        assertThat(refusalOf(StaticSetting.class)).contains("spark.sql.warehouse.dir");
    }

    @Test
    void unknownTimeZoneIsRefusedBySpark() {
        assertThat(refusalOf(NoSuchZone.class)).contains("Mars/Olympus");
    }

    @Test
    void classWithTheExtensionButWithoutTheAnnotationIsRefused() {
        assertThat(refusalOf(ExtensionAlone.class))
                .contains(ExtensionAlone.class.getName() + " has no @StreamingTest.");
    }

    @Test
    void constructorGetsNoKit() {
        assertThat(refusalOf(InConstructor.class)).contains("No ParameterResolver registered for parameter");
    }

    @Test
    void valuesOfSettingsAreStrippedAndMayHoldAnEqualsSign() {
        run(Stripped.class).assertStatistics(events -> events.succeeded(1).failed(0));
    }

    @Test
    void nestedClassInheritsTheSettingsOfItsEnclosingClass() {
        run(Outer.class).assertStatistics(events -> events.succeeded(1).failed(0));
    }

    @Test
    void kitIsClosedAfterAFailedTestToo() {
        KITS.clear();

        run(Failing.class).assertStatistics(events -> events.failed(1).succeeded(1));

        assertThat(KITS).hasSize(2).doesNotHaveDuplicates();
        for (StreamKit kit : KITS) {
            assertThat(kit.spark().streams().active()).isEmpty();
        }
    }

    @Test
    void everyTestHasASessionOfItsOwn() {
        assertThat(sessions()).doesNotHaveDuplicates();
    }

    private static List<SparkSession> sessions() {
        try (StreamKit one = StreamKit.open();
                StreamKit other = StreamKit.open()) {
            one.spark().conf().set("my.setting", "mine");
            one.spark().range(1).createOrReplaceTempView("mine");
            assertThat(other.spark().conf().getOption("my.setting").isEmpty()).isTrue();
            assertThat(other.spark().catalog().tableExists("mine")).isFalse();
            return List.of(one.spark(), other.spark());
        }
    }

    private static Events run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .execute()
                .testEvents();
    }

    /** Why the one test of a class did not run: the messages of the failure and its causes. */
    private static String refusalOf(Class<?> testClass) {
        List<String> messages = new ArrayList<>();
        run(testClass).failed().stream().forEach(event -> {
            Throwable error = event.getRequiredPayload(TestExecutionResult.class)
                    .getThrowable()
                    .orElse(null);
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                messages.add(String.valueOf(cause.getMessage()));
            }
        });
        return String.join("\n", messages);
    }

    @StreamingTest(settings = "spark.sql.ansi.enabled")
    static final class NoValue {
        @Test
        void test(StreamKit kit) {}
    }

    @StreamingTest(settings = "spark.sql.warehouse.dir=/no/such")
    static final class StaticSetting {
        @Test
        void test(StreamKit kit) {}
    }

    @StreamingTest(timeZone = "Mars/Olympus")
    static final class NoSuchZone {
        @Test
        void test(SparkSession spark) {}
    }

    @ExtendWith(StreamingTestExtension.class)
    static final class ExtensionAlone {
        @Test
        void test(StreamKit kit) {}
    }

    @StreamingTest
    static final class InConstructor {
        InConstructor(StreamKit kit) {}

        @Test
        void test() {}
    }

    @StreamingTest(settings = " my.setting = a=b ")
    static final class Stripped {
        @Test
        void test(SparkSession spark) {
            assertThat(spark.conf().get("my.setting")).isEqualTo("a=b");
        }
    }

    @StreamingTest(partitions = 3)
    static final class Outer {
        @Nested
        class Inner {
            @Test
            void test(SparkSession spark) {
                assertThat(spark.conf().get("spark.sql.shuffle.partitions")).isEqualTo("3");
            }
        }
    }

    @StreamingTest
    static final class Failing {
        @Test
        void fails(StreamKit kit) {
            start(kit);
            throw new IllegalStateException("planted");
        }

        @Test
        void passes(StreamKit kit) {
            start(kit);
        }

        private static void start(StreamKit kit) {
            KITS.add(kit);
            Input<Hit> hits = kit.input("hits", Hit.class);
            kit.run(hits.rows(), io.millrace.core.OutputModes.append())
                    .batch("a hit", b -> b.given(hits, Hit.hit("1", "00:01")).runs());
            assertThat(kit.spark().streams().active()).hasSize(1);
        }
    }
}
