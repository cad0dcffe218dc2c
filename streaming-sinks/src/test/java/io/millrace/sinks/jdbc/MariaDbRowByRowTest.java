package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import io.millrace.sinks.jdbc.mariadb.MariaDbDialect;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that MariaDB refuses while others of their flush succeed. */
class MariaDbRowByRowTest {
    private static final StructType SCHEMA =
            new StructType().add("id", "int").add("name", "string").add("amount", "int");

    @BeforeEach
    void emptyTable() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS choosy, refused",
                "CREATE TABLE choosy (id int PRIMARY KEY, name varchar(5) NOT NULL, amount int,"
                        + " CONSTRAINT positive CHECK (amount >= 0))");
    }

    /** A retry would take as long. */
    @Test
    void aStatementThatTakesTooLongFailsAtOnceAndSaysWhatToDo() {
        MariaDb.execute(
                "CREATE OR REPLACE TABLE tries (at int) ENGINE = Aria",
                "CREATE TRIGGER slow BEFORE INSERT ON choosy FOR EACH ROW BEGIN"
                        + " INSERT INTO tries VALUES (1); DO SLEEP(5); END");
        Database hasty = MariaDb.database().statementTimeout(Duration.ofSeconds(1));

        assertThatThrownBy(() -> Server.write(
                        Sinks.jdbc(hasty).table("choosy").upsertOn("id").writer(SCHEMA), row(1, "a", 1)))
                .hasMessageContaining("statementTimeout(PT1S)")
                .hasMessageContaining("rowsPerFlush");
        assertThat(MariaDb.rows("SELECT count(*) FROM tries")).containsExactly("1");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eachRefusedRowIsReportedAndAllOthersAreWrittenInOrder(long seed) throws Exception {
        MariaDb.execute("CREATE TRIGGER raising BEFORE INSERT ON choosy FOR EACH ROW IF NEW.amount = 7 THEN"
                + " SIGNAL SQLSTATE 'P0004' SET MESSAGE_TEXT = 'no sevens'; END IF");
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        Map<Integer, String> expected = new TreeMap<>();
        Map<Integer, String> refused = new HashMap<>();
        for (int place = 0; place < 1_000; place++) {
            int id = random.nextInt(300);
            String fault = random.nextInt(20) > 0
                    ? ""
                    : List.of("22001", "23000", "P0004", "null").get(random.nextInt(4));
            rows.add(
                    switch (fault) {
                        case "22001" -> row(id, "too long", place + 10);
                        case "23000" -> row(id, "a", -1);
                        case "P0004" -> row(id, "a", 7);
                        case "null" -> row(id, null, place + 10);
                        default -> row(id, "a", place + 10);
                    });
            if (fault.isEmpty()) {
                expected.put(id, id + "|" + (place + 10));
            } else {
                refused.put(place, fault.equals("null") ? "23000" : fault);
            }
        }

        assertThat(refusals(rows)).isEqualTo(refused);
        assertThat(MariaDb.rows("SELECT id, amount FROM choosy ORDER BY id")).isEqualTo(List.copyOf(expected.values()));
    }

    @Test
    void aNullThatKeepsTheOldValueIsNotRefused() throws Exception {
        List<Row> rows = List.of(
                row(1, "one", 1),
                row(1, null, 2),
                row(2, null, 3),
                row(2, "two", 4),
                row(1, null, -1),
                row(2, null, 5));

        assertThat(refusals(rows, UpsertRule.upsertOn(List.of("id")).keepingOldWhereNull()))
                .isEqualTo(Map.of(2, "23000", 4, "23000"));
        assertThat(MariaDb.rows("SELECT * FROM choosy ORDER BY id")).containsExactly("1|one|2", "2|two|5");
    }

    @Test
    void anErrorThatEveryRowMeetsRefusesNoRow() {
        MariaDb.execute("CREATE TRIGGER broken BEFORE INSERT ON choosy FOR EACH ROW INSERT INTO nowhere VALUES (1)");

        var writer = Sinks.jdbc(MariaDb.database())
                .table("choosy")
                .upsertOn("id")
                .deadLettersTo("refused")
                .writer(SCHEMA);
        assertThatThrownBy(() -> Server.write(writer, valid(70).toArray(Row[]::new)))
                .hasMessageContaining("nowhere")
                .hasMessageContaining("no row became a dead letter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tinyint", "bigint unsigned"})
    void anExhaustedAutoIncrementRefusesNoRow(String type) {
        long most = type.equals("tinyint") ? 127 : -2;
        MariaDb.execute(
                "DROP TABLE choosy",
                "CREATE TABLE choosy (counted " + type + " PRIMARY KEY AUTO_INCREMENT,"
                        + " id int UNIQUE NOT NULL, name varchar(5), amount int)",
                "INSERT INTO choosy VALUES (" + (most < 0 ? "18446744073709551614" : most) + ", 1000, 'a', 1)");

        assertThatThrownBy(() -> refusals(valid(3)))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(new MariaDbDialect().faults().of(e)).isEqualTo(SqlFault.PERMANENT));
    }

    @Test
    void aLockTimeoutRefusesNoRow() throws Exception {
        MariaDb.execute("INSERT INTO choosy VALUES (2, 'held', 1)");
        try (Connection other = MariaDb.server().connect()) {
            other.setAutoCommit(false);
            Sql.execute(other, "UPDATE choosy SET amount = 2");

            assertThatThrownBy(() -> refusals(valid(3)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(new MariaDbDialect().faults().of(e)).isEqualTo(SqlFault.TRANSACTION));
            other.rollback();
        }
    }

    @Test
    void noMoreRowsAreSentWhenTheQueryIsStopped() throws SQLException {
        UpsertRule rule = UpsertRule.upsertOn(List.of("id"));
        UpsertSql.Flush flush = Sinks.jdbc(MariaDb.database())
                .table("choosy")
                .planner(rule)
                .plan("test", SCHEMA)
                .sql()
                .open();
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> flush.oneByOne(connection, valid(3), row -> false))
                    .isInstanceOf(UncheckedIOException.class);
            Thread.interrupted();
            connection.commit();
        } finally {
            Thread.interrupted();
        }
        assertThat(MariaDb.rows("SELECT count(*) FROM choosy")).containsExactly("0");
    }

    private static List<Row> valid(int rows) {
        return IntStream.range(0, rows).mapToObj(n -> row(n, "a", n + 10)).toList();
    }

    /** The SQLSTATE of each refused row, by its index. */
    private static Map<Integer, String> refusals(List<Row> rows) throws SQLException {
        return refusals(rows, UpsertRule.upsertOn(List.of("id")));
    }

    private static Map<Integer, String> refusals(List<Row> rows, UpsertRule rule) throws SQLException {
        UpsertPlan plan =
                Sinks.jdbc(MariaDb.database()).table("choosy").planner(rule).plan("test", SCHEMA);
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            Sql.execute(connection, "SET innodb_lock_wait_timeout = 0");
            Map<Integer, String> states = new HashMap<>();
            plan.sql()
                    .open()
                    .oneByOne(connection, rows, row -> false)
                    .forEach(refusal -> states.put((int) refusal.number(), refusal.state()));
            connection.commit();
            return states;
        }
    }
}
