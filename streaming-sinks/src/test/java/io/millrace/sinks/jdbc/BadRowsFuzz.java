package io.millrace.sinks.jdbc;

import io.millrace.core.Secret;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes random rows, some of them bad, into random tables by every verb with dead letters, and the same rows one at a
 * time by plain SQL. The tables must be equal, and each row that plain SQL refuses must be a dead letter, unless
 * another row of its key was written.
 */
public final class BadRowsFuzz {
    private static final StructType STREAM = StructType.fromDDL(
            "seq INT, id INT, version BIGINT, tag STRING, n INT, doc STRING, note STRING, gone BOOLEAN");
    private static final StructType UNMARKED =
            StructType.fromDDL("seq INT, id INT, version BIGINT, tag STRING, n INT, doc STRING, note STRING");
    private static final String COLUMNS = "seq, id, version, tag, n, doc, note";
    private static final String ROLE = "fuzzer";

    private enum Verb {
        UPSERT,
        VERSIONED,
        DELETING,
        INSERT_ONLY,
        EXACT_APPEND,
        EXACT_UPSERT
    }

    private final TestPostgres postgres;
    private final SparkSession spark;
    private final Random random;
    private long rows;
    private long lost;
    private long misplaced;

    public BadRowsFuzz(TestPostgres postgres, SparkSession spark, long seed) throws SQLException {
        this.postgres = postgres;
        this.spark = spark;
        this.random = new Random(seed);
        postgres.execute(
                "DROP TABLE IF EXISTS fuzz, fuzz_twin, fuzz_parent, fuzz_refused, millrace_ledger, millrace_fence",
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fuzzer') THEN CREATE ROLE fuzzer"
                        + " LOGIN"
                        + " PASSWORD 'fuzzer'; END IF; END $$",
                "GRANT CREATE, USAGE ON SCHEMA public TO fuzzer");
        try (Connection connection = connect()) {
            execute(
                    connection,
                    "CREATE OR REPLACE FUNCTION fuzz_raise() RETURNS trigger LANGUAGE plpgsql AS"
                            + " $$ BEGIN RAISE EXCEPTION 'no % here', NEW.tag USING ERRCODE = TG_ARGV[0]; END $$",
                    "CREATE TABLE fuzz_parent (n int PRIMARY KEY)",
                    "INSERT INTO fuzz_parent SELECT generate_series(-10, 50)");
        }
    }

    /** Number of rows, of those that are lost, and of those in the wrong place. */
    public String figures() {
        return "rows=" + rows + " lost=" + lost + " misplaced=" + misplaced;
    }

    public long rows() {
        return rows;
    }

    public void round() throws Exception {
        Verb verb = Verb.values()[random.nextInt(Verb.values().length)];
        List<BadRowsFuzzFault> faults = new ArrayList<>();
        for (BadRowsFuzzFault fault : BadRowsFuzzFault.values()) {
            if (random.nextInt(3) == 0) {
                faults.add(fault);
            }
        }
        List<Row> batch = batch(faults, verb);
        rows += batch.size();
        try (Connection connection = connect()) {
            create(connection, "fuzz", faults, verb);
            create(connection, "fuzz_twin", faults, verb);
            execute(connection, "DROP TABLE IF EXISTS fuzz_refused");
            Set<Integer> refused = oneByOne(connection, batch, verb);
            write(batch, verb);
            compare(connection, batch, refused, verb + " " + faults);
        }
    }

    private List<Row> batch(List<BadRowsFuzzFault> faults, Verb verb) {
        int count = random.nextInt(5) == 0 ? 2_000 + random.nextInt(2_000) : 1 + random.nextInt(200);
        int keys = 1 + random.nextInt(random.nextBoolean() ? 10 : 10_000);
        double share = random.nextInt(4) == 0 ? 0.5 : 0.02;
        List<Row> batch = new ArrayList<>();
        for (int seq = 0; seq < count; seq++) {
            BadRowsFuzzFault fault = seq > 0 && !faults.isEmpty() && random.nextDouble() < share
                    ? faults.get(random.nextInt(faults.size()))
                    : null;
            boolean gone = verb == Verb.DELETING && seq > 0 && random.nextInt(4) == 0;
            batch.add(row(seq, seq == 0 ? -1 : random.nextInt(keys), gone, fault));
        }
        return batch;
    }

    private Row row(int seq, int id, boolean gone, @Nullable BadRowsFuzzFault fault) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("seq", seq);
        values.put("id", id);
        values.put("version", (long) random.nextInt(50));
        values.put("tag", "t" + random.nextInt(100));
        values.put("n", random.nextInt(50));
        values.put("doc", "{\"a\": " + random.nextInt(9) + "}");
        values.put("note", "n" + random.nextInt(1_000));
        values.put("gone", gone);
        if (fault != null) {
            values.put(fault.column, bad(fault));
        }
        return RowFactory.create(values.values().toArray());
    }

    private @Nullable Object bad(BadRowsFuzzFault fault) {
        if (fault == BadRowsFuzzFault.TOO_LARGE) {
            return noise();
        }
        return fault.bad != null && fault.column.equals("n") ? Integer.valueOf(fault.bad) : fault.bad;
    }

    /** Text that is too long for an index and does not compress well. */
    private String noise() {
        return IntStream.range(0, 9_000)
                .map(index -> '!' + random.nextInt(90))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static void create(Connection connection, String table, List<BadRowsFuzzFault> faults, Verb verb)
            throws SQLException {
        execute(
                connection,
                "DROP TABLE IF EXISTS " + table,
                "CREATE TABLE " + table + " (seq int, id int" + (verb == Verb.EXACT_APPEND ? "" : " PRIMARY KEY")
                        + ", version bigint, tag text, n int, doc text, note text)");
        for (BadRowsFuzzFault fault : faults) {
            execute(connection, String.format(fault.ddl, table));
        }
    }

    /** Writes each row by plain SQL in its own transaction, and returns the numbers of the refused rows. */
    private static Set<Integer> oneByOne(Connection connection, List<Row> batch, Verb verb) throws SQLException {
        String doc = rows(
                        connection,
                        "SELECT data_type FROM information_schema.columns WHERE table_name = 'fuzz_twin' AND"
                                + " column_name ="
                                + " 'doc'")
                .get(0);
        String types = "?, ?, ?, ?, ?, ?::" + doc + ", ?";
        String update =
                " DO UPDATE SET seq = EXCLUDED.seq, version = EXCLUDED.version, tag = EXCLUDED.tag, n = EXCLUDED.n,"
                        + " doc = EXCLUDED.doc, note = EXCLUDED.note";
        String end = switch (verb) {
            case EXACT_APPEND -> "";
            case INSERT_ONLY -> " ON CONFLICT (id) DO NOTHING";
            case VERSIONED -> " ON CONFLICT (id)" + update + " WHERE held.version < EXCLUDED.version";
            default -> " ON CONFLICT (id)" + update;
        };
        Set<Integer> refused = new HashSet<>();
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO fuzz_twin AS held (" + COLUMNS + ") VALUES (" + types + ")" + end);
                PreparedStatement delete = connection.prepareStatement("DELETE FROM fuzz_twin WHERE id = ?")) {
            for (Row row : batch) {
                try {
                    apply(row.getBoolean(7) ? delete : insert, row);
                } catch (SQLException e) {
                    refused.add(row.getInt(0));
                }
            }
        }
        return refused;
    }

    private static void apply(PreparedStatement statement, Row row) throws SQLException {
        if (row.getBoolean(7)) {
            statement.setInt(1, row.getInt(1));
        } else {
            for (int index = 0; index < 7; index++) {
                statement.setObject(index + 1, row.get(index));
            }
        }
        statement.executeUpdate();
    }

    private void write(List<Row> batch, Verb verb) throws Exception {
        JdbcTarget target = Sinks.jdbc(
                        Database.at(postgres.jdbcUrl()).user(ROLE).password(Secret.from(() -> ROLE)))
                .table("fuzz");
        List<Row> unmarked = batch.stream()
                .map(row -> RowFactory.create(
                        IntStream.range(0, UNMARKED.size()).mapToObj(row::get).toArray()))
                .toList();
        switch (verb) {
            case EXACT_APPEND -> writeExactly(target, ExactlyOnceRule.on("appendExactlyOnce", List.of()), unmarked);
            case EXACT_UPSERT -> writeExactly(target, ExactlyOnceRule.on("upsertExactlyOnce", List.of("id")), unmarked);
            case INSERT_ONLY -> writeTask(target.insertOnlyOn("id"), UNMARKED, unmarked);
            case VERSIONED -> writeTask(target.upsertOn("id").versionedBy("version"), UNMARKED, unmarked);
            default -> writeTask(target.upsertOn("id").deleteWhen("gone"), STREAM, batch);
        }
    }

    private void writeExactly(JdbcTarget target, ExactlyOnceRule rule, List<Row> batch) throws Exception {
        ExactlyOnceRule letters =
                rule.with(ExactlyOnceRule.Option.NEW_CHECKPOINTS).withDeadLetters(refusedRows());
        ExactlyOncePlan plan = target.planner(letters).plan("fuzz", UNMARKED);
        JavaRDD<Row> partitions =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(batch, 1 + random.nextInt(3));
        new ExactlyOnceBatch(plan, "fuzz " + random.nextLong(), 0).write(partitions);
    }

    private static DeadLetterRule refusedRows() {
        return DeadLetterRule.atMost(1, DeadLetterRule.to(new TableName(null, "fuzz_refused")));
    }

    private static void writeTask(JdbcUpsert sink, StructType stream, List<Row> batch) {
        ForeachWriter<Row> writer =
                sink.deadLettersTo("fuzz_refused").deadLettersAtMost(1).writer(stream);
        writer.open(0, 0);
        batch.forEach(writer::process);
        writer.close(null);
    }

    private void compare(Connection connection, List<Row> batch, Set<Integer> refused, String what)
            throws SQLException {
        List<String> held = rows(connection, "SELECT * FROM fuzz ORDER BY id, seq");
        List<String> right = rows(connection, "SELECT * FROM fuzz_twin ORDER BY id, seq");
        Set<Integer> letters = new HashSet<>();
        rows(connection, "SELECT \"row\"::jsonb ->> 'seq' FROM fuzz_refused")
                .forEach(seq -> letters.add(Integer.parseInt(seq)));
        Set<String> missing = new HashSet<>(right);
        held.forEach(missing::remove);
        Set<String> wrong = new HashSet<>(held);
        right.forEach(wrong::remove);
        Set<Integer> sound = new HashSet<>();
        batch.stream().filter(row -> !refused.contains(row.getInt(0))).forEach(row -> sound.add(row.getInt(1)));
        long unseen = batch.stream()
                .filter(row -> refused.contains(row.getInt(0)) && !letters.contains(row.getInt(0)))
                .filter(row -> what.startsWith("EXACT_APPEND") || !sound.contains(row.getInt(1)))
                .count();
        long innocent = letters.stream().filter(seq -> !refused.contains(seq)).count();
        lost += missing.size() + unseen;
        misplaced += wrong.size() + innocent + Math.abs(held.size() - right.size());
        if (!missing.isEmpty() || !wrong.isEmpty() || unseen + innocent > 0 || held.size() != right.size()) {
            System.out.println(what + ": of " + batch.size() + " rows missing " + missing + ", wrong " + wrong
                    + ", refused without a letter " + unseen + ", letters of sound rows " + innocent);
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(postgres.jdbcUrl(), ROLE, ROLE);
        execute(connection, "SET synchronous_commit = off"); // a commit for each row
        return connection;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                StringJoiner row = new StringJoiner("|");
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    row.add(found.getString(column));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }
}
