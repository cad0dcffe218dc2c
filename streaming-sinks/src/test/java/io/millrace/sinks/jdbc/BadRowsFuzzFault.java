package io.millrace.sinks.jdbc;

import org.jspecify.annotations.Nullable;

/** A constraint of a table, as DDL with %s for its name, and the value that makes a row bad. */
enum BadRowsFuzzFault {
    NEGATIVE("ALTER TABLE %s ADD CHECK (n >= 0)", "n", "-7"),
    TOO_LONG("ALTER TABLE %s ALTER COLUMN tag TYPE varchar(8)", "tag", "much too long"),
    NO_JSON("ALTER TABLE %s ALTER COLUMN doc TYPE jsonb USING doc::jsonb", "doc", "{"),
    NULL_NUMBER("ALTER TABLE %s ALTER COLUMN n SET NOT NULL", "n", null),
    UNKNOWN_PARENT("ALTER TABLE %s ADD FOREIGN KEY (n) REFERENCES fuzz_parent", "n", "99"),
    LATE_PARENT("ALTER TABLE %s ADD FOREIGN KEY (n) REFERENCES fuzz_parent DEFERRABLE INITIALLY DEFERRED", "n", "98"),
    RAISED(raise("BEFORE INSERT OR UPDATE", "boom", "P0001"), "tag", "boom"),
    ASSERTED(raise("BEFORE INSERT OR UPDATE", "assert", "P0004"), "tag", "assert"),
    UNSUPPORTED(raise("AFTER INSERT OR UPDATE", "never", "0A000"), "tag", "never"),
    MISSING(raise("BEFORE INSERT OR UPDATE", "odd", "42P01"), "tag", "odd"),
    INTERNAL(raise("BEFORE INSERT OR UPDATE", "intern", "XX000"), "tag", "intern"),
    LATE(
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                    + " WHEN (NEW.tag = 'late') EXECUTE FUNCTION fuzz_raise('P0001')",
            "tag", "late"),
    HIDDEN(
            "ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY; ALTER TABLE %1$s FORCE ROW LEVEL SECURITY;"
                    + " CREATE POLICY fuzz ON %1$s USING (true) WITH CHECK (tag <> 'hidden')",
            "tag", "hidden"),
    TOO_LARGE("CREATE INDEX ON %s (note)", "note", "");

    final String ddl;
    final String column;
    final @Nullable String bad;

    BadRowsFuzzFault(String ddl, String column, @Nullable String bad) {
        this.ddl = ddl;
        this.column = column;
        this.bad = bad;
    }

    private static String raise(String when, String tag, String state) {
        return "CREATE TRIGGER " + tag + "_ " + when + " ON %s FOR EACH ROW WHEN (NEW.tag = '" + tag
                + "') EXECUTE FUNCTION fuzz_raise('" + state + "')";
    }
}
