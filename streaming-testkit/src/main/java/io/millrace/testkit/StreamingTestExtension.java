package io.millrace.testkit;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Opens a kit for each test, and closes it after the test. */
final class StreamingTestExtension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(StreamingTestExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getTestMethod().isPresent() && (type == StreamKit.class || type == SparkSession.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        StreamKit kit =
                context.getStore(OURS).getOrComputeIfAbsent(StreamKit.class, type -> newKit(context), StreamKit.class);
        return parameter.getParameter().getType() == StreamKit.class ? kit : kit.spark();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        StreamKit kit = context.getStore(OURS).remove(StreamKit.class, StreamKit.class);
        if (kit != null && context.getExecutionException().isPresent()) {
            kit.end();
        } else if (kit != null) {
            kit.close();
        }
    }

    private static StreamKit newKit(ExtensionContext context) {
        Class<?> testClass = context.getRequiredTestClass();
        StreamingTest settings = settings(testClass)
                .orElseThrow(() -> new IllegalStateException(testClass.getName() + " has no @StreamingTest."));
        return new StreamKit(
                KitSession.open(settings),
                settings.partitions(),
                testClass.getSimpleName() + ": "
                        + context.getRequiredTestMethod().getName());
    }

    // Not by JUnit's own search through enclosing classes, which needs JUnit 5.12.
    private static Optional<StreamingTest> settings(Class<?> testClass) {
        Optional<StreamingTest> found = Optional.empty();
        for (Class<?> type = testClass; type != null && found.isEmpty(); type = type.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(type, StreamingTest.class);
        }
        return found;
    }
}
