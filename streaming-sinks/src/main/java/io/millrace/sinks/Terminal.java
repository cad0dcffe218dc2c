package io.millrace.sinks;

import java.io.PrintStream;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows tables: on a terminal each replaces the last one, anywhere else one follows the other. */
final class Terminal {
    private static final String CLEAR = "\033[2J";
    private static final String TOP = "\033[H";
    private static final String REST_OF_LINE = "\033[K";
    private static final String REST_OF_SCREEN = "\033[J";
    /** Cuts lines that are too long, so that a table keeps its height. */
    private static final String CUT_LINES = "\033[?7l";

    private static final String WRAP_LINES = "\033[?7h";

    private final PrintStream out;
    private final boolean terminal;
    private boolean painted;

    Terminal(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @SuppressWarnings("SystemConsoleNull") // On Java 17, the latest for Spark 3.5, it is null without a terminal.
    static Terminal ofThisProcess() {
        return new Terminal(System.out, System.console() != null && !"dumb".equals(System.getenv("TERM")));
    }

    synchronized void show(String text) {
        out.print(terminal ? painting(text) : text + System.lineSeparator());
        out.flush();
        painted = true;
    }

    /** Overwrites line by line instead of clearing the screen, so that nothing flickers. */
    private String painting(String text) {
        return text.lines()
                .map(line -> line + REST_OF_LINE + "\n")
                .collect(Collectors.joining("", (painted ? "" : CLEAR) + TOP + CUT_LINES, REST_OF_SCREEN + WRAP_LINES));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Terminal same && out.equals(same.out) && terminal == same.terminal;
    }

    @Override
    public int hashCode() {
        return Objects.hash(out, terminal);
    }
}
