package io.millrace.chaos;

/** Where the writers of a trial run. */
@FunctionalInterface
interface Hosting extends AutoCloseable {
    SubjectWriter.Launcher launcher(Job job);

    /** Ends processes that outlive their writers, if there are any. */
    @Override
    default void close() {}
}
