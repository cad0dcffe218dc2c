package io.millrace.chaos.proxy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Short names of SQL statements that are equal for all batches and schemas: verb and table. */
final class StatementNames {
    private static final Pattern TABLE = Pattern.compile(
            "\\b(?:INTO|FROM|TABLE(?:\\s+IF\\s+NOT\\s+EXISTS)?|COPY|UPDATE|TRUNCATE)\\s+(?:ONLY\\s+)?([\\w.\"]+)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern VARYING = Pattern.compile("[0-9a-f]*\\d[0-9a-f]*");
    private static final Pattern WORD = Pattern.compile("\\w+");

    private StatementNames() {}

    static String name(String sql) {
        Matcher word = WORD.matcher(sql);
        String verb = word.find() ? word.group().toUpperCase(Locale.ROOT) : "nothing";
        Matcher table = TABLE.matcher(sql);
        return table.find() ? verb + " " + plain(table.group(1)) : verb;
    }

    private static String plain(String identifier) {
        String name = identifier.replace("\"", "");
        return VARYING.matcher(name.substring(name.lastIndexOf('.') + 1)).replaceAll("#");
    }
}
