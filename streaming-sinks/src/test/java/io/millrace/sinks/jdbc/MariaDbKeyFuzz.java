package io.millrace.sinks.jdbc;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Every kind of key that MariaDB has and the sinks accept. */
public final class MariaDbKeyFuzz implements KeyFuzzServer {
    private static final String[] CASES = {
        "Ann", "aNN", "ann ", "ann", "bob", "Bob", "B\u00f6b", "\u00e9te", "ete", "Ete", "stra\u00dfe", "strasse"
    };
    private static final String[] PLAIN = {"Ann", "aNN", "ann ", "ann", "bob", "Bob", "ann\t", "bob  "};
    private static final String[] THREE = {"a", "A", "a ", "a  ", "a    ", "ab", "aB ", "ab  ", "\u00e1", "a\t"};

    private final Database database;

    /** The fuzz fills and empties tables of this database. */
    public MariaDbKeyFuzz(Database database) {
        this.database = database;
    }

    @Override
    public Database database() {
        return database;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = Pools.of(database).getConnection();
        connection.setAutoCommit(true);
        return connection;
    }

    @Override
    public List<List<KeyFuzzType>> keys() {
        List<List<KeyFuzzType>> keys = new ArrayList<>();
        Stream.of(numbers(), texts(), collations(), times(), others())
                .flatMap(List::stream)
                .map(List::of)
                .forEach(keys::add);
        keys.add(List.of(
                of("several", "decimal(8,4)", "decimal(10,2)", MariaDbKeyFuzz::decimal),
                spelled("several", text(20, "utf8mb4_uca1400_ai_ci"), CASES)));
        keys.add(List.of(
                of("several", "timestamp_ntz", "datetime(3)", MariaDbKeyFuzz::local),
                spelled("several", text(20, "utf8mb4_bin"), PLAIN),
                of("several", "int", "int", random -> random.nextInt(3))));
        return keys;
    }

    private static List<KeyFuzzType> numbers() {
        return List.of(
                of("integers", "tinyint", "tinyint", random -> (byte) (random.nextInt(20) - 10)),
                of("integers", "bigint", "int unsigned", random -> (long) random.nextInt(20)),
                of("integers", "int", "bigint", random -> random.nextInt(20)),
                of("integers", "boolean", "boolean", Random::nextBoolean),
                of("integers", "boolean", "bit(1)", Random::nextBoolean),
                of("numbers", "decimal(8,4)", "decimal(8,4)", MariaDbKeyFuzz::decimal),
                of("numbers", "decimal(8,4)", "decimal(10,2)", MariaDbKeyFuzz::decimal),
                of("numbers", "decimal(8,4)", "decimal(6,0)", MariaDbKeyFuzz::decimal),
                of("numbers", "int", "decimal(6,1)", random -> random.nextInt(20)),
                of("numbers", "float", "float", MariaDbKeyFuzz::single),
                of("numbers", "float", "double", MariaDbKeyFuzz::single),
                of("numbers", "float", "float(8,1)", MariaDbKeyFuzz::single),
                of("numbers", "double", "double", random -> ((Float) single(random)).doubleValue()),
                of("numbers", "double", "double(8,1)", random -> ((Float) single(random)).doubleValue()));
    }

    private static List<KeyFuzzType> texts() {
        return List.of(
                spelled("text", text(20, "utf8mb4_bin"), CASES),
                spelled("text", text(20, "utf8mb4_nopad_bin"), CASES),
                spelled("text", text(20, "utf8mb3_bin"), CASES),
                spelled("text", text(20, "latin1_bin"), CASES),
                spelled("text", text(20, "ascii_bin"), PLAIN),
                spelled("text", text(20, "utf16_bin"), CASES),
                spelled("text", text(20, "cp932_bin"), PLAIN),
                spelled("text", text(3, "utf8mb4_bin"), THREE),
                spelled("text", text(3, "utf8mb4_nopad_bin"), THREE),
                spelled("text", "char(4) COLLATE utf8mb4_bin", THREE),
                spelled("text", "char(4) COLLATE utf8mb4_nopad_bin", THREE),
                spelled("text", "text COLLATE utf8mb4_bin", CASES));
    }

    private static List<KeyFuzzType> collations() {
        List<KeyFuzzType> all = new ArrayList<>(Stream.of(
                        "utf8mb4_general_ci",
                        "utf8mb4_general_nopad_ci",
                        "utf8mb4_unicode_ci",
                        "utf8mb4_unicode_520_nopad_ci",
                        "utf8mb4_uca1400_ai_ci",
                        "utf8mb4_uca1400_as_ci",
                        "utf8mb4_uca1400_as_cs",
                        "utf8mb4_uca1400_nopad_ai_ci",
                        "utf8mb4_uca1400_german2_ai_ci",
                        "utf8mb4_swedish_ci",
                        "utf8mb3_general_ci",
                        "latin1_swedish_ci",
                        "latin1_german2_ci",
                        "latin1_general_cs",
                        "utf16_general_ci",
                        "ucs2_unicode_ci")
                .map(collation -> spelled("collations", text(20, collation), CASES))
                .toList());
        all.add(spelled("collations", text(3, "utf8mb4_general_ci"), THREE));
        all.add(spelled("collations", "char(4) COLLATE utf8mb4_uca1400_nopad_ai_ci", THREE));
        all.add(spelled("collations", "text COLLATE utf8mb4_uca1400_ai_ci", CASES));
        return all;
    }

    private static List<KeyFuzzType> times() {
        return List.of(
                of("times", "timestamp", "timestamp(6)", MariaDbKeyFuzz::instant),
                of("times", "timestamp", "timestamp", MariaDbKeyFuzz::instant),
                of("times", "timestamp", "timestamp(3)", MariaDbKeyFuzz::instant),
                of("times", "timestamp_ntz", "datetime(6)", MariaDbKeyFuzz::local),
                of("times", "timestamp_ntz", "datetime(2)", MariaDbKeyFuzz::local),
                of("times", "date", "date", random -> LocalDate.ofEpochDay(random.nextInt(20))));
    }

    private static List<KeyFuzzType> others() {
        return List.of(
                spelled(
                        "addresses",
                        "uuid",
                        "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11",
                        "0B5A3F0E3C1C4C6E9D0A6D2A6F1F0C11",
                        "0b5a3f0e3c1c-4c6e9d0a6d2a-6f1f0c11",
                        "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c12",
                        "0B5A3F0E-3C1C-4C6E-9D0A-6D2A6F1F0C12"),
                spelled("addresses", "inet4", "10.0.0.1", "10.0.0.01", "10.0.0.2"),
                spelled(
                        "addresses",
                        "inet6",
                        "::1",
                        "0:0::1",
                        "::ffff:1.2.3.4",
                        "::FFFF:102:304",
                        "fe80::A",
                        "FE80::a"),
                spelled("names", "enum('a','B','2') COLLATE utf8mb4_general_ci", "a", "A", "b", "B ", "2"),
                spelled("names", "enum('a','B') COLLATE utf8mb4_bin", "a", "B", "a "),
                spelled("names", "set('a','b','c') COLLATE utf8mb4_general_ci", "a,b", "b,a", "A", "", "a,a", "c"),
                of("bytes", "binary", "binary(2)", random -> new byte[] {(byte) random.nextInt(3), 32}),
                of("bytes", "binary", "varbinary(3)", random -> new byte[random.nextInt(4)]),
                of("bytes", "binary", "blob", random -> new byte[random.nextInt(4)]));
    }

    private static KeyFuzzType of(String family, String spark, String column, Function<Random, Object> value) {
        return KeyFuzzType.of(family, spark, column, value);
    }

    private static KeyFuzzType spelled(String family, String column, String... spellings) {
        return KeyFuzzType.spelled(family, column, spellings);
    }

    private static String text(int length, String collation) {
        return "varchar(" + length + ") COLLATE " + collation;
    }

    private static Object decimal(Random random) {
        return BigDecimal.valueOf(random.nextInt(200) - 100, 4).add(BigDecimal.valueOf(random.nextInt(3)));
    }

    private static Object single(Random random) {
        float[] numbers = {0.0f, -0.0f, 1.5f, 1.25f, 1.3125f, 1.1875f, 0.25f, -0.25f};
        return numbers[random.nextInt(numbers.length)];
    }

    private static Object instant(Random random) {
        long micros = random.nextInt(3) * 500_000L + random.nextInt(4) * 500L + random.nextInt(3) - 1;
        return Instant.parse("2000-01-01T00:00:00Z").plusNanos((random.nextBoolean() ? 1_000L : -1_000L) * micros);
    }

    private static Object local(Random random) {
        return LocalDateTime.ofInstant((Instant) instant(random), ZoneOffset.UTC);
    }

    @Override
    public void createTables(List<KeyFuzzType> key) throws SQLException {
        StringJoiner columns = new StringJoiner(", ");
        for (int part = 0; part < key.size(); part++) {
            columns.add("k" + part + " " + key.get(part).column() + " NOT NULL");
        }
        String values = " (" + columns + ", v bigint, a varchar(20), b int, UNIQUE ("
                + String.join(", ", KeyFuzz.names(key)) + ")";
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS fuzzed, expected");
            statement.execute("CREATE TABLE fuzzed" + values + ") CHARACTER SET utf8mb4");
            statement.execute(
                    "CREATE TABLE expected" + values + ", gone boolean NOT NULL DEFAULT false) CHARACTER SET utf8mb4");
        }
    }

    /**
     * MariaDB assigns from left to right, and each assignment sees the earlier ones: two variables keep the old values.
     */
    @Override
    public String insert(KeyFuzzVerb verb, List<KeyFuzzType> key, Row row) {
        String names = String.join(", ", KeyFuzz.names(key));
        String literals = IntStream.range(0, key.size() + 3)
                .mapToObj(index -> literal(row.get(index)))
                .collect(Collectors.joining(", "));
        boolean gone = verb.deleting() && !row.isNullAt(key.size() + 3) && row.getBoolean(key.size() + 3);
        String insert = "INSERT INTO expected (" + names + ", v, a, b, gone) VALUES (" + literals + ", " + gone
                + ") ON DUPLICATE KEY UPDATE ";
        if (verb.insertOnly()) {
            return insert + "k0 = k0";
        }
        StringJoiner updates = new StringJoiner(", ");
        updates.add("gone = IF((@wins := " + (verb.versioned() ? "v IS NULL OR v < VALUES(v)" : "TRUE")
                + ") AND (@anew := gone OR VALUES(gone)) IS NOT NULL, VALUES(gone), gone)");
        for (String name : KeyFuzz.names(key)) {
            updates.add(value(name, name));
        }
        for (String name : List.of("v", "a", "b")) {
            updates.add(value(name, updated(verb, name)));
        }
        return insert + updates;
    }

    /** A row that is gone leaves no old values. */
    private static String value(String name, String otherwise) {
        return name + " = IF(@wins, IF(@anew, VALUES(" + name + "), " + otherwise + "), " + name + ")";
    }

    private static String updated(KeyFuzzVerb verb, String name) {
        if (verb.updating() && !name.equals("b") && !(verb.versioned() && name.equals("v"))) {
            return name;
        }
        String arrived = "VALUES(" + name + ")";
        return verb.keeping() ? "COALESCE(" + arrived + ", " + name + ")" : arrived;
    }

    private static String literal(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return String.valueOf(value);
        }
        if (value instanceof byte[] bytes) {
            return "x'" + HexFormat.of().formatHex(bytes) + "'";
        }
        String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
        boolean moment = value instanceof Instant || value instanceof LocalDateTime;
        return "'" + (moment ? text.replace('T', ' ').replace("Z", "") : text.replace("'", "''")) + "'";
    }

    @Override
    public void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement each = connection.createStatement()) {
            for (String statement : statements) {
                each.addBatch(statement);
            }
            each.executeBatch();
        }
    }
}
