package io.millrace.chaos;

/** Where the writers of a trial run. */
@FunctionalInterface
interface Hosting extends AutoCloseable {
    Writer.Launcher launcher(Job job);

    /** Ends what outlives its writers; by default nothing does. */
    @Override
    default void close() {}
}
