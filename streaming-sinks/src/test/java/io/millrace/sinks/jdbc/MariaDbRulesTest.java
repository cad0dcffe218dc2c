package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbRulesTest extends UpsertRules {
    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    List<String> rows(String query) {
        return MariaDb.rows(query);
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    String schema() {
        return "millrace";
    }

    @Override
    String tooLong() {
        return "22001";
    }

    @Override
    String negative() {
        return "23000";
    }

    @BeforeEach
    void emptyTables() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS stock, refused, millrace_fence",
                "CREATE TABLE stock (id int PRIMARY KEY, version bigint, name varchar(5), amount int,"
                        + " CONSTRAINT positive CHECK (amount >= 0))");
    }

    @Test
    void anOlderVersionChangesNoColumnInAnyOrderOfColumns() {
        StructType versionFirst = new StructType()
                .add("version", "long")
                .add("amount", "int")
                .add("id", "int")
                .add("name", "string");
        JdbcUpsert versioned = upsert().versionedBy("version");
        Server.write(versioned.writer(versionFirst), row(5L, 5, 1, "five"));

        Server.write(versioned.writer(versionFirst), row(4L, 4, 1, "four"));
        assertThat(stock()).containsExactly("1|5|five|5");

        Server.write(versioned.writer(versionFirst), row(6L, 6, 1, "six"));
        assertThat(stock()).containsExactly("1|6|six|6");
    }

    @Test
    void insertOnlyRefusesValuesThatDoNotFit() {
        JdbcUpsert inserts = table().insertOnlyOn("id");

        assertThatThrownBy(() -> Server.write(inserts.writer(STOCK), row(3, 1L, "too long", 1)))
                .hasMessageContaining("the table refuses a row (SQLSTATE 22001, column \"name\")");
    }

    @Test
    void nullKeepsTheOldValueOfANotNullColumn() {
        MariaDb.execute("ALTER TABLE stock MODIFY name varchar(5) NOT NULL, MODIFY amount int NOT NULL");
        Server.write(upsert().writer(STOCK), row(1, 1L, "one", 1), row(2, 5L, "two", 2), row(3, 1L, "three", 3));

        Server.write(upsert().keepingOldWhereNull().writer(STOCK), row(1, 2L, null, 10), row(4, 1L, "four", 4));
        Server.write(
                upsert().keepingOldWhereNull().versionedBy("version").writer(STOCK),
                row(1, 3L, "uno", null),
                row(2, 4L, null, 20));
        Server.write(upsert().updating("amount").writer(STOCK), row(3, 7L, null, 30));

        assertThat(stock()).containsExactly("1|3|uno|10", "2|5|two|2", "3|1|three|30", "4|1|four|4");
        assertThatThrownBy(() -> Server.write(upsert().keepingOldWhereNull().writer(STOCK), row(5, 1L, null, 1)))
                .hasMessageContaining("(SQLSTATE 23000, column \"name\")");
    }

    @Test
    void nullDoesNotBecomeTheCurrentTime() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS seen",
                "SET explicit_defaults_for_timestamp = OFF",
                "CREATE TABLE seen (id int PRIMARY KEY, at timestamp NOT NULL)");
        JdbcUpsert seen = Sinks.jdbc(MariaDb.database()).table("seen").upsertOn("id");

        assertThatThrownBy(() -> Server.write(
                        seen.writer(new StructType().add("id", "int").add("at", "timestamp")), row(1, null)))
                .hasMessageContaining("column \"at\": the column is NOT NULL, and the value is NULL");
        assertThat(MariaDb.rows("SELECT * FROM seen")).isEmpty();
    }

    @Test
    void keyZeroIsAKeyLikeAnyOther() {
        MariaDb.execute("ALTER TABLE stock MODIFY id int AUTO_INCREMENT");

        Server.write(upsert().writer(STOCK), row(0, 1L, "zero", 0));
        Server.write(upsert().writer(STOCK), row(0, 2L, "zero", 0));

        assertThat(stock()).containsExactly("0|2|zero|0");
    }

    @Test
    void anyNameIsQuoted() {
        String name = "odd `name` of 100% \"quotes\"; --";
        MariaDb.execute(
                "DROP TABLE IF EXISTS `odd ``name`` of 100% \"quotes\"; --`",
                "CREATE TABLE `odd ``name`` of 100% \"quotes\"; --` (`se``lect` int PRIMARY KEY, `?` text)");
        JdbcUpsert odd = Sinks.jdbc(MariaDb.database()).table("millrace", name).upsertOn("se`lect");

        Server.write(odd.writer(new StructType().add("se`lect", "int").add("?", "string")), row(1, "a"), row(1, "b"));

        assertThat(MariaDb.rows("SELECT * FROM `odd ``name`` of 100% \"quotes\"; --`"))
                .containsExactly("1|b");
    }

    @Test
    void aRowThatRefersToALaterOneIsNotADeadLetter() {
        execute("ALTER TABLE stock ADD FOREIGN KEY (amount) REFERENCES stock (id)");

        Server.write(
                upsert().deleteWhen("gone").deadLettersTo("refused").writer(CHANGES),
                row(1, 1L, "a", 2, false),
                row(2, 1L, "b", 3, false),
                row(3, 1L, "c", null, false));
        assertThat(stock()).containsExactly("1|1|a|2", "2|1|b|3", "3|1|c|null");

        Server.write(
                upsert().deleteWhen("gone").deadLettersTo("refused").writer(CHANGES),
                row(3, 2L, null, null, true),
                row(2, 2L, null, null, true),
                row(1, 2L, null, null, true));
        assertThat(stock()).isEmpty();
        assertThat(rows("SELECT count(*) FROM refused")).containsExactly("0");
    }

    @Test
    void aDeleteNeedsOnlyItsKeyEvenIfAnotherRowIsBad() {
        MariaDb.execute(
                "CREATE OR REPLACE TABLE measured (id int PRIMARY KEY, value double CHECK (value < 100))",
                "INSERT INTO measured VALUES (1, 1)");
        JdbcUpsert deleting = Sinks.jdbc(MariaDb.database())
                .table("measured")
                .upsertOn("id")
                .deleteWhen("gone")
                .deadLettersTo("refused");
        StructType stream =
                new StructType().add("id", "int").add("value", "double").add("gone", "boolean");

        Server.write(deleting.writer(stream), row(1, Double.NaN, true), row(2, 200.0, false), row(3, 3.0, false));

        assertThat(MariaDb.rows("SELECT * FROM measured")).containsExactly("3|3");
        assertThat(MariaDb.rows("SELECT `sqlstate`, count(*) FROM refused GROUP BY 1"))
                .containsExactly("23000|1");
    }

    @Test
    void unknownLabelsAreDeadLettersEvenIfNoRowHasAKnownOne() {
        MariaDb.execute("ALTER TABLE stock MODIFY name enum ('a', 'b')");

        Server.write(upsert().deadLettersTo("refused").writer(STOCK), row(1, 1L, "x", 1), row(2, 1L, "y", 2));

        assertThat(stock()).isEmpty();
        assertThat(rows("SELECT `sqlstate`, count(*) FROM refused GROUP BY 1")).containsExactly("01000|2");
    }

    /** A flush of one row is compared with the same statement without a row. */
    @ParameterizedTest
    @ValueSource(strings = {"a WHERE b", "x VALUES y"})
    void aNameMayContainWordsOfSql(String name) {
        MariaDb.execute(
                "CREATE OR REPLACE TABLE `" + name + "` (`" + name + "` int PRIMARY KEY, n int)",
                "INSERT INTO `" + name + "` VALUES (7, 7)",
                "CREATE TRIGGER `insert " + name + "` BEFORE INSERT ON `" + name
                        + "` FOR EACH ROW IF NEW.n = 7 THEN SET @two = (SELECT 1 UNION SELECT 2); END IF",
                "CREATE TRIGGER `delete " + name + "` BEFORE DELETE ON `" + name
                        + "` FOR EACH ROW IF OLD.n = 7 THEN SET @two = (SELECT 1 UNION SELECT 2); END IF");
        StructType stream = new StructType().add(name, "int").add("n", "int").add("gone", "boolean");
        JdbcUpsert odd = Sinks.jdbc(MariaDb.database())
                .table(name)
                .upsertOn(name)
                .deleteWhen("gone")
                .deadLettersTo("refused");

        Server.write(odd.writer(stream), row(1, 1, false));
        Server.write(odd.writer(stream), row(2, 7, false));
        Server.write(odd.writer(stream), row(7, null, true));

        assertThat(MariaDb.rows("SELECT * FROM `" + name + "` ORDER BY 1")).containsExactly("1|1", "7|7");
        assertThat(rows("SELECT `sqlstate`, count(*) FROM refused GROUP BY 1")).containsExactly("21000|2");
        MariaDb.execute("DROP TABLE `" + name + "`");
    }

    /** More rows than fit into a statement, wide and narrow, so that statements of every size are sent. */
    @Test
    void everyNumberOfRowsIsWritten() {
        MariaDb.execute("ALTER TABLE stock MODIFY name mediumtext");
        int rows = 255 + 256 + 100;
        Row[] wide = IntStream.range(0, rows)
                .mapToObj(n -> row(n, 1L, n % 100 == 0 ? "x".repeat(500_000) : "x", n))
                .toArray(Row[]::new);

        Server.write(upsert().writer(STOCK), wide);

        assertThat(MariaDb.rows("SELECT count(*), sum(amount), sum(length(name)) FROM stock"))
                .containsExactly(rows + "|" + rows * (rows - 1) / 2 + "|" + (7 * 500_000 + rows - 7));
    }

    @Test
    void theLastStagedRowOfAKeyWins() throws Exception {
        ExactlyOnceSql sql = table().planner(ExactlyOnceRule.on("upsertExactlyOnce", List.of("id")))
                .plan("test", STOCK)
                .writing()
                .direct(1)
                .orElseThrow();
        TableName stage = sql.table().sibling("millrace_stage_order");
        try (Connection connection = Pools.borrow(database(), "Test")) {
            sql.create(connection, stage);
            List<Row> rows = List.of(row(1, 9L, "early", 9), row(2, 1L, "other", 1), row(1, 2L, "late", 2));
            sql.stage(connection, stage, rows.iterator(), 7, 0);
            sql.merge(connection, stage, new Long[] {7L});
            connection.commit();
            sql.drop(connection, stage);
        }

        assertThat(stock()).containsExactly("1|2|late|2", "2|1|other|1");
    }

    @Test
    void writersOfTheSameKeysInDifferentOrdersAllSucceed() {
        List<Row> rows = new ArrayList<>();
        IntStream.range(0, 2_000).forEach(n -> rows.add(row(n, 1L, "x", n)));
        JdbcUpsert small = table().rowsPerFlush(300).upsertOn("id");

        IntStream.range(0, 4).parallel().forEach(writer -> {
            List<Row> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, new Random(writer));
            Server.write(small.writer(STOCK), shuffled.toArray(Row[]::new));
        });

        assertThat(MariaDb.rows("SELECT count(*), sum(amount) FROM stock")).containsExactly("2000|1999000");
    }
}
