package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableUse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what makes every statement of a sink fail on a PostgreSQL table whose columns and rights are right. */
final class PostgresObstacles {
    private static final String TREE =
            "WITH tree AS (SELECT ?::oid AS oid UNION SELECT relid::oid FROM pg_partition_tree(?::oid::regclass)) ";
    private static final String PERSISTENCE = TREE + """
            SELECT c.relpersistence::text, c.oid::regclass::text FROM tree JOIN pg_class c ON c.oid = tree.oid
            WHERE c.relpersistence <> 'p' ORDER BY 2
            """;
    private static final String RULES = """
            SELECT rulename, CASE ev_type WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' ELSE 'DELETE' END
            FROM pg_rewrite
            WHERE ev_class = ? AND ev_type IN ('2', '3', '4') AND (ev_enabled IN ('O', 'A') OR ?) ORDER BY 1
            """;
    /** Finds partitions without a replica identity, and a publication that sends their updates or deletes. */
    private static final String PUBLISHED = TREE + """
            SELECT c.oid::regclass::text, p.pubname FROM tree
            JOIN pg_class c ON c.oid = tree.oid AND c.relkind = 'r' AND c.relpersistence = 'p'
            JOIN pg_publication p ON (p.pubupdate AND ?) OR (p.pubdelete AND ?)
            WHERE c.relreplident <> 'f' AND NOT EXISTS (
                SELECT 1 FROM pg_index x WHERE x.indrelid = c.oid AND x.indisvalid
                AND CASE c.relreplident WHEN 'd' THEN x.indisprimary WHEN 'i' THEN x.indisreplident ELSE false END)
            AND EXISTS (
                SELECT 1 FROM pg_publication_tables t JOIN pg_namespace n ON n.nspname = t.schemaname
                JOIN pg_class k ON k.relnamespace = n.oid AND k.relname = t.tablename
                WHERE t.pubname = p.pubname AND (k.oid = c.oid
                    OR k.oid IN (SELECT relid::oid FROM pg_partition_ancestors(c.oid::regclass))))
            ORDER BY 1, 2 LIMIT 1
            """;

    private static final String POLICIES = """
            SELECT polcmd::text FROM pg_policy p WHERE polrelid = ? AND polpermissive AND EXISTS (
                SELECT 1 FROM unnest(polroles) role
                WHERE CASE WHEN role = 0 THEN true ELSE pg_has_role(role, 'USAGE') END)
            """;

    private final Connection connection;
    private final TableName name;
    private final TableUse use;
    private final long oid;
    private final List<Flaw> flaws = new ArrayList<>();

    PostgresObstacles(Connection connection, TableName name, TableUse use, long oid) {
        this.connection = connection;
        this.name = name;
        this.use = use;
        this.oid = oid;
    }

    List<Flaw> all() throws SQLException {
        persistence();
        rules();
        publications();
        sequences();
        rowLevelSecurity();
        return List.copyOf(flaws);
    }

    private void persistence() throws SQLException {
        for (String[] kind : pairs(PERSISTENCE, oid, oid)) {
            if (kind[0].equals("t")) {
                flaws.add(new Flaw("it is a temporary table of one session", "Name a table that stays."));
            } else if (use.keeps()) {
                flaws.add(new Flaw(
                        (kind[1].endsWith(name.name()) ? "it" : "its partition " + kind[1])
                                + " is unlogged, so that a crash of the server empties it, and nothing sends its rows"
                                + " again",
                        "ALTER TABLE " + kind[1] + " SET LOGGED."));
            }
        }
    }

    /** ON CONFLICT also fails if the rule is disabled. */
    private void rules() throws SQLException {
        for (String[] rule : pairs(RULES, oid, use.conflicts())) {
            boolean met = rule[1].equals("INSERT")
                    || (rule[1].equals("UPDATE") && use.conflicts())
                    || (rule[1].equals("DELETE") && use.deletes());
            if (met) {
                flaws.add(new Flaw(
                        "its rule \"" + rule[0] + "\" rewrites " + rule[1]
                                + ", and neither ON CONFLICT nor COPY supports rules",
                        "DROP RULE " + quoted(rule[0]) + " ON " + quoted(name) + ", or replace it by a trigger."));
            }
        }
    }

    private void publications() throws SQLException {
        if (use.updates() || use.deletes()) {
            for (String[] found : pairs(PUBLISHED, oid, oid, use.updates(), use.deletes())) {
                flaws.add(new Flaw(
                        "the publication \"" + found[1] + "\" sends its updates or deletes, which the server refuses as"
                                + " long as " + found[0] + " has no replica identity",
                        "Give it a primary key, or ALTER TABLE " + found[0] + " REPLICA IDENTITY FULL."));
            }
        }
    }

    private void sequences() throws SQLException {
        for (PostgresSequence sequence : PostgresSequence.of(connection, oid, use)) {
            sequence.flaw().ifPresent(flaws::add);
        }
    }

    private void rowLevelSecurity() throws SQLException {
        boolean active = Sql.rows(connection, "SELECT row_security_active(?::oid)", row -> row.getBoolean(1), oid)
                .get(0);
        if (active) {
            List<String> policies = Sql.rows(connection, POLICIES, row -> row.getString(1), oid);
            String missing = needed().entrySet().stream()
                    .filter(command -> !policies.contains("*") && !policies.contains(command.getKey()))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                flaws.add(new Flaw(
                        "row-level security is in force, and no policy gives this role " + missing,
                        "CREATE POLICY for it, or ALTER ROLE .. BYPASSRLS."));
            } else if (use.copies()) {
                flaws.add(new Flaw(
                        "row-level security is in force for this role, and the server then refuses COPY, which"
                                + " appends use",
                        "ALTER ROLE .. BYPASSRLS, or call deadLettersTo(...), which does not use it."));
            }
        }
    }

    /** The names of commands, by their letters in the catalog. */
    private Map<String, String> needed() {
        Map<String, String> needed = new LinkedHashMap<>(Map.of("a", "INSERT"));
        if (use.conflicts() || use.deletes()) {
            needed.put("r", "SELECT");
        }
        if (use.updates() || use.deletes()) {
            needed.put("w", "UPDATE");
        }
        if (use.deletes()) {
            needed.put("d", "DELETE");
        }
        return needed;
    }

    private List<String[]> pairs(String sql, @Nullable Object... parameters) throws SQLException {
        return Sql.rows(connection, sql, row -> new String[] {row.getString(1), row.getString(2)}, parameters);
    }
}
