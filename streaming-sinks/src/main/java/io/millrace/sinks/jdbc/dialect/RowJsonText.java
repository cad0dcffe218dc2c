package io.millrace.sinks.jdbc.dialect;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts of {@link RowJson} without the escape sequences that it writes for databases. */
final class RowJsonText {
    private static final Pattern NUMBERED = Pattern.compile("(\\\\+)u([0-9a-fA-F]{4})");

    private RowJsonText() {}

    /** An even number of backslashes are those of the text, doubled; the last of an odd number begins a character. */
    static String read(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        return NUMBERED.matcher(text).replaceAll(found -> {
            int backslashes = found.group(1).length();
            String own = "\\".repeat(backslashes / 2);
            String code = found.group(2);
            return Matcher.quoteReplacement(
                    own + (backslashes % 2 == 0 ? "u" + code : (char) Integer.parseInt(code, 16)));
        });
    }
}
