package io.millrace.core.internal;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * The line of the user's code that started a job, by which Spark's UI names it. Spark looks for the first line outside
 * its own packages, which would be one of this library.
 *
 * @param line such as {@code start at Job.java:42}; null if Spark is to find it
 * @param stack the calls that led to it, a line each; null if Spark is to find them
 */
public record CallSites(@Nullable String line, @Nullable String stack) {
    private static final String LINE = "callSite.short";
    private static final String STACK = "callSite.long";
    private static final int DEEPEST = 20;
    private static final List<String> NOT_THE_USERS = List.of(
            "io.millrace.core.",
            "io.millrace.sinks.",
            "io.millrace.testkit.",
            "org.apache.spark.",
            "scala.",
            "java.",
            "jdk.",
            "sun.");

    /** The call site that the jobs of this thread get, unless Spark finds it. */
    static CallSites current(SparkContext context) {
        return new CallSites(context.getLocalProperty(LINE), context.getLocalProperty(STACK));
    }

    /** Runs {@code work}, whose jobs get the line that called this library. A call site that the user has set stays. */
    public static <T> T during(SparkContext context, Supplier<T> work) {
        CallSites before = current(context);
        if (before.line != null) {
            return work.get();
        }
        ofUser().apply(context);
        try {
            return work.get();
        } finally {
            before.apply(context);
        }
    }

    /** Makes this the call site of the jobs of this thread. */
    void apply(SparkContext context) {
        context.setLocalProperty(LINE, line);
        context.setLocalProperty(STACK, stack);
    }

    private static CallSites ofUser() {
        List<StackFrame> frames = StackWalker.getInstance().walk(all -> all.toList());
        int user = 0;
        while (user < frames.size() && !isTheUsers(frames.get(user))) {
            user++;
        }
        if (user == frames.size()) {
            return new CallSites(null, null);
        }
        StackFrame called = frames.get(Math.max(0, user - 1));
        StackFrame caller = frames.get(user);
        return new CallSites(
                called.getMethodName() + " at " + caller.getFileName() + ":" + caller.getLineNumber(),
                frames.subList(user, Math.min(frames.size(), user + DEEPEST)).stream()
                        .map(StackFrame::toString)
                        .collect(Collectors.joining("\n")));
    }

    private static boolean isTheUsers(StackFrame frame) {
        return NOT_THE_USERS.stream().noneMatch(frame.getClassName()::startsWith);
    }
}
