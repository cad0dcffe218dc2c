package io.millrace.benchmarks;

import java.util.function.Consumer;

/**
 * A change of a job on the same checkpoint.
 *
 * @param name the words of {@code docs/restarts.md}
 * @param between what happens between the two, besides new rows
 * @param isOfANewCheckpoint whether the rows of a new checkpoint are the right ones, and not those of a longer history
 * @param spark what Spark does by itself, as in the docs: works, fails, or is wrong
 * @param millrace what Millrace does
 * @param advice what happens, and what to do
 */
record GuardedChange(
        String name,
        GuardedJob before,
        GuardedJob after,
        Consumer<GuardLab> between,
        boolean isOfANewCheckpoint,
        String spark,
        String millrace,
        String advice) {
    static GuardedChange of(String name, GuardedJob before, GuardedJob after) {
        return new GuardedChange(name, before, after, lab -> {}, false, "", "", "");
    }

    GuardedChange after(Consumer<GuardLab> other) {
        return new GuardedChange(name, before, after, other, isOfANewCheckpoint, spark, millrace, advice);
    }

    GuardedChange asOfANewCheckpoint() {
        return new GuardedChange(name, before, after, between, true, spark, millrace, advice);
    }

    GuardedChange works(String what) {
        return new GuardedChange(name, before, after, between, isOfANewCheckpoint, "works", "starts", what);
    }

    GuardedChange worksWithANote(String what) {
        return new GuardedChange(
                name, before, after, between, isOfANewCheckpoint, "works", "starts, with a note", what);
    }

    GuardedChange fails(String what) {
        return new GuardedChange(name, before, after, between, isOfANewCheckpoint, "fails", "refuses", what);
    }

    GuardedChange isWrong(String what) {
        return new GuardedChange(name, before, after, between, isOfANewCheckpoint, "is wrong", "refuses", what);
    }

    GuardedChange isWrongWithANote(String what) {
        return new GuardedChange(
                name, before, after, between, isOfANewCheckpoint, "is wrong", "starts, with a note", what);
    }

    GuardedChange failsOnSpark4(String what) {
        return new GuardedChange(
                name,
                before,
                after,
                between,
                isOfANewCheckpoint,
                "works; on Spark 4 fails",
                "starts, with a note; on Spark 4 refuses",
                what);
    }

    GuardedChange isWrongAndFailsOnSpark4(String what) {
        return new GuardedChange(
                name, before, after, between, isOfANewCheckpoint, "is wrong; on Spark 4 fails", "refuses", what);
    }

    /** Its line of the table in the docs. */
    String row() {
        return "| " + name + " | " + spark + " | " + millrace + " | " + advice + " |";
    }

    /** What {@code text} of the docs says of the line of Spark that runs. */
    static String onThisLine(String text, boolean isSpark4) {
        String[] lines = text.split("; on Spark 4 ", 2);
        return lines[isSpark4 ? lines.length - 1 : 0];
    }

    @Override
    public String toString() {
        return name;
    }
}
