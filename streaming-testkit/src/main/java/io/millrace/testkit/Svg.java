package io.millrace.testkit;

import java.util.Locale;

/** The elements of a drawing, in the order in which they are painted. */
final class Svg {
    private final StringBuilder elements = new StringBuilder();

    /** Adds an element; {@code arguments} that are text must be escaped. */
    void add(String format, Object... arguments) {
        elements.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    void text(String style, double x, int y, String text) {
        add("<text class='%s' x='%.1f' y='%d'>%s</text>", style, x, y, escape(text));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return elements.toString();
    }
}
