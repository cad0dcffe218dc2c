package io.millrace.sinks.jdbc;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Writes random rows with keys of every kind through every verb, and the same rows one at a time by plain SQL into a
 * second table: only the database decides which keys are equal, and both tables must end up identical.
 */
public final class KeyFuzz {
    /** More than a flush holds as arrays. */
    static final int MANY_KEYS = 5 * PostgresDialect.MANY_ROWS / 4;

    private static final int MANY_ROWS = 3 * PostgresDialect.MANY_ROWS / 2;
    private static final int FEW_ROWS = 100;
    private static final List<KeyFuzzVerb> VERBS = List.of(KeyFuzzVerb.values());
    private static final int[] FLUSHES = {1, 7, 40, 300, 1_000};
    private static final String CLEAN_UP = "DELETE FROM expected WHERE gone";

    private final KeyFuzzServer server;
    private final Random random;
    private final Consumer<String> progress;
    private final Map<String, Long> rows = new TreeMap<>();
    private long differences;
    private int turn;

    /** Reports each kind of key and each difference to {@code progress}. */
    public KeyFuzz(KeyFuzzServer server, long seed, Consumer<String> progress) {
        this.server = server;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /** Number of rows written, by family of types. */
    public Map<String, Long> rows() {
        return rows;
    }

    /** Number of rows that differ from the expected table. */
    public long differences() {
        return differences;
    }

    /** Number of kinds of keys. */
    public int kinds() {
        return server.keys().size();
    }

    /** Writes each kind of key by some of the verbs in turn, and a few of them by COPY. */
    public void small(int verbs, int rows) throws SQLException {
        List<List<KeyFuzzType>> keys = server.keys();
        for (int kind = 0; kind < keys.size(); kind++) {
            write(keys.get(kind), verbs, rows, false);
            if (kind % 10 == 0) {
                write(keys.get(kind), 1, MANY_ROWS, true);
            }
        }
    }

    /** Writes each kind of key by COPY with one verb in turn, then in small flushes with all of them. */
    public void large(long perFamily) throws SQLException {
        List<List<KeyFuzzType>> keys = server.keys();
        for (List<KeyFuzzType> key : keys) {
            write(key, 1, MANY_ROWS, true);
        }
        for (List<KeyFuzzType> key : keys) {
            String family = key.get(0).family();
            long kinds = keys.stream()
                    .filter(other -> other.get(0).family().equals(family))
                    .count();
            long each = perFamily / (kinds * VERBS.size());
            write(key, VERBS.size(), Math.toIntExact(Math.max(each, FEW_ROWS)), false);
        }
    }

    private void write(List<KeyFuzzType> kind, int verbs, int count, boolean copied) throws SQLException {
        List<KeyFuzzType> key = new ArrayList<>(kind);
        if (copied) {
            key.add(KeyFuzzType.MANY);
        }
        long before = System.nanoTime();
        for (int n = 0; n < verbs; n++) {
            KeyFuzzVerb verb = VERBS.get(turn++ % VERBS.size());
            server.createTables(key);
            try {
                write(verb, key, flushes(verb, key, count, copied));
                compare(verb, key);
            } catch (SQLException | RuntimeException e) {
                differences++;
                progress.accept(verb + " of " + KeyFuzzType.name(key) + ": " + e);
            }
        }
        rows.merge(key.get(0).family(), (long) count * verbs, Long::sum);
        progress.accept(verbs + " times " + count + " rows, " + KeyFuzzType.name(key) + ": "
                + (System.nanoTime() - before) / 1_000_000 + " ms");
    }

    private void write(KeyFuzzVerb verb, List<KeyFuzzType> key, List<List<Row>> flushes) throws SQLException {
        expect(verb, key, flushes);
        if (verb.exact()) {
            exactly(verb, key, flushes);
        } else {
            upsert(verb, key, flushes);
        }
    }

    private List<List<Row>> flushes(KeyFuzzVerb verb, List<KeyFuzzType> key, int count, boolean copied) {
        List<List<Row>> flushes = new ArrayList<>();
        int left = count;
        while (left > 0) {
            int size = copied ? count : Math.min(left, FLUSHES[random.nextInt(FLUSHES.length)]);
            flushes.add(IntStream.range(0, size).mapToObj(n -> row(verb, key)).toList());
            left -= size;
        }
        return flushes;
    }

    private Row row(KeyFuzzVerb verb, List<KeyFuzzType> key) {
        List<Object> values = new ArrayList<>();
        key.forEach(type -> values.add(type.value().apply(random)));
        values.add(random.nextInt(20) == 0 ? null : (long) random.nextInt(30));
        values.add(random.nextInt(4) == 0 ? null : "a" + random.nextInt(1_000));
        values.add(random.nextInt(4) == 0 ? null : random.nextInt(1_000));
        if (verb.deleting()) {
            values.add(random.nextInt(10) == 0 ? null : (Object) (random.nextInt(3) == 0));
        }
        return RowFactory.create(values.toArray());
    }

    private void expect(KeyFuzzVerb verb, List<KeyFuzzType> key, List<List<Row>> flushes) throws SQLException {
        try (Connection connection = server.connect()) {
            connection.setAutoCommit(false);
            for (List<Row> flush : flushes) {
                List<String> statements = new ArrayList<>();
                flush.forEach(row -> statements.add(server.insert(verb, key, row)));
                statements.add(CLEAN_UP);
                server.execute(connection, statements);
            }
            connection.commit();
        }
    }

    /**
     * Writes each flush by a task of its own if the bounds of flushes matter, or else all by one task that overlaps
     * them.
     */
    private void upsert(KeyFuzzVerb verb, List<KeyFuzzType> key, List<List<Row>> flushes) {
        String[] names = names(key);
        JdbcTarget target = Sinks.jdbc(server.database()).table("fuzzed");
        boolean oneTask = !(verb.versioned() && verb.deleting());
        JdbcTarget sized = oneTask ? target.rowsPerFlush(flushes.get(0).size()) : target;
        UpsertPlan plan = sized.planner(verb.rule(List.of(names))).plan("fuzz", schema(verb, key));
        if (oneTask) {
            task(plan, flushes.stream().flatMap(List::stream).toList());
        } else {
            flushes.forEach(flush -> task(plan, flush));
        }
    }

    private static void task(UpsertPlan plan, List<Row> rows) {
        UpsertWriter writer = new UpsertWriter(plan);
        writer.open(0, 0);
        rows.forEach(writer::process);
        writer.close(null);
    }

    private void exactly(KeyFuzzVerb verb, List<KeyFuzzType> key, List<List<Row>> batches) throws SQLException {
        ExactlyOnceRule rule = ExactlyOnceRule.on("upsertExactlyOnce", List.of(names(key)));
        ExactlyOnceSql sql = Sinks.jdbc(server.database())
                .table("fuzzed")
                .planner(rule)
                .plan("fuzz", schema(verb, key))
                .writing()
                .direct(1)
                .orElseThrow();
        try (Connection connection = Pools.borrow(server.database(), "Fuzz")) {
            for (List<Row> batch : batches) {
                if (verb == KeyFuzzVerb.EXACT) {
                    sql.write(connection, batch.iterator());
                } else {
                    staged(connection, sql, batch);
                }
                connection.commit();
            }
        }
    }

    /** Stages the rows of two tasks, of which the second finishes first. */
    private static void staged(Connection connection, ExactlyOnceSql sql, List<Row> batch) throws SQLException {
        TableName stage = sql.table().sibling("millrace_stage_fuzz");
        sql.create(connection, stage);
        int half = batch.size() / 2;
        sql.stage(connection, stage, batch.subList(half, batch.size()).iterator(), 2, StagingTable.firstNumber(1));
        sql.stage(connection, stage, batch.subList(0, half).iterator(), 1, StagingTable.firstNumber(0));
        sql.merge(connection, stage, new Long[] {1L, 2L});
        sql.drop(connection, stage);
    }

    private static StructType schema(KeyFuzzVerb verb, List<KeyFuzzType> key) {
        StructType schema = new StructType();
        for (int part = 0; part < key.size(); part++) {
            schema = schema.add(names(key)[part], DataType.fromDDL(key.get(part).spark()));
        }
        schema = schema.add("v", "long").add("a", "string").add("b", "int");
        return verb.deleting() ? schema.add("gone", "boolean") : schema;
    }

    static String[] names(List<KeyFuzzType> key) {
        return IntStream.range(0, key.size()).mapToObj(part -> "k" + part).toArray(String[]::new);
    }

    private void compare(KeyFuzzVerb verb, List<KeyFuzzType> key) throws SQLException {
        String columns = String.join(", ", names(key)) + ", v, a, b";
        List<String> expected = sorted("SELECT " + columns + " FROM expected");
        List<String> found = sorted("SELECT " + columns + " FROM fuzzed");
        if (!found.equals(expected)) {
            List<String> missing = without(expected, found);
            List<String> wrong = without(found, expected);
            differences += Math.max(1, Math.max(missing.size(), wrong.size()));
            progress.accept(
                    verb + " of " + KeyFuzzType.name(key) + ": " + some(wrong) + " instead of " + some(missing));
        }
    }

    /** The rows of a query, each as its values joined by a bar. */
    private List<String> sorted(String query) throws SQLException {
        List<String> sorted = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                StringJoiner row = new StringJoiner("|");
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    row.add(found.getString(column));
                }
                sorted.add(row.toString());
            }
        }
        sorted.sort(null);
        return sorted;
    }

    private static List<String> without(List<String> rows, List<String> others) {
        List<String> left = new ArrayList<>(rows);
        others.forEach(left::remove);
        return left;
    }

    private static String some(List<String> rows) {
        return rows.size() + " rows " + rows.subList(0, Math.min(3, rows.size()));
    }
}
