package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The effect of every rule of an upsert on a table {@code stock}, for each database. */
abstract class UpsertRules {
    static final StructType STOCK = new StructType()
            .add("id", "int")
            .add("version", "long")
            .add("name", "string")
            .add("amount", "int");
    static final StructType CHANGES = STOCK.add("gone", "boolean");

    abstract Database database();

    /** The rows of a query, each as its values joined by a bar. */
    abstract List<String> rows(String query);

    abstract void execute(String... statements);

    /** The schema of {@code stock}. */
    abstract String schema();

    /** The SQLSTATE of a name that is too long. */
    abstract String tooLong();

    /** The SQLSTATE of an amount that is negative. */
    abstract String negative();

    @Test
    void theGreatestVersionWinsInAnyOrder() {
        List<Row> rows = new ArrayList<>();
        IntStream.range(0, 300).forEach(n -> rows.add(row(n % 7, (long) n, "v" + n, n)));
        Collections.shuffle(rows, new Random(42));
        JdbcUpsert versioned = table().rowsPerFlush(3).upsertOn("id").versionedBy("version");

        Server.write(versioned.writer(STOCK), rows.toArray(Row[]::new));

        assertThat(stock())
                .containsExactly(
                        "0|294|v294|294",
                        "1|295|v295|295",
                        "2|296|v296|296",
                        "3|297|v297|297",
                        "4|298|v298|298",
                        "5|299|v299|299",
                        "6|293|v293|293");
    }

    @Test
    void insertOnlyKeepsWhatIsThere() {
        Server.write(table().insertOnlyOn("id").writer(STOCK), row(1, 1L, "old", 1), row(1, 2L, "new", 2));
        Server.write(table().insertOnlyOn("id").writer(STOCK), row(1, 3L, "newer", 3), row(2, 1L, "two", 2));

        assertThat(stock()).containsExactly("1|1|old|1", "2|1|two|2");
    }

    @Test
    void markedRowsAreDeletedAndTheOthersUpserted() {
        JdbcUpsert deleting = upsert().deleteWhen("gone");
        Server.write(deleting.writer(CHANGES), row(1, 1L, "a", 1, false), row(2, 1L, "b", 2, null));
        Server.write(
                deleting.writer(CHANGES),
                row(1, 2L, "a", 1, true),
                row(3, 1L, "c", 3, true),
                row(3, 2L, "c", 3, false),
                row(2, 2L, "b", 5, true),
                row(2, 3L, "b", 6, false));

        assertThat(stock()).containsExactly("2|3|b|6", "3|2|c|3");
    }

    @Test
    void anOldDeleteLeavesANewerVersion() {
        JdbcUpsert deleting = upsert().deleteWhen("gone").versionedBy("version");
        Server.write(deleting.writer(CHANGES), row(1, 5L, "a", 1, false), row(2, 5L, "b", 2, false));

        Server.write(deleting.writer(CHANGES), row(1, 4L, "a", 1, true), row(2, 6L, "b", 2, true));

        assertThat(stock()).containsExactly("1|5|a|1");
    }

    @Test
    void onlyNamedColumnsOfAKnownKeyAreUpdated() {
        JdbcUpsert amounts = upsert().updating("amount");
        Server.write(amounts.writer(STOCK), row(1, 1L, "a", 1), row(1, 2L, "b", 2));
        assertThat(stock()).containsExactly("1|1|a|2");

        Server.write(amounts.writer(STOCK), row(1, 3L, "c", 3));
        assertThat(stock()).containsExactly("1|1|a|3");
    }

    @Test
    void nullKeepsTheOldValueIfConfigured() {
        JdbcUpsert keeping = upsert().keepingOldWhereNull();
        Server.write(keeping.writer(STOCK), row(1, 1L, "a", null), row(1, null, null, 7));
        assertThat(stock()).containsExactly("1|1|a|7");

        Server.write(keeping.writer(STOCK), row(1, 2L, null, null));
        assertThat(stock()).containsExactly("1|2|a|7");
    }

    @Test
    void oneBadRowInAHundredIsADeadLetterAndTheOthersAreWritten() {
        JdbcUpsert keeping = upsert().deadLettersTo("refused").deadLettersAtMost(0.02);
        Row[] rows = IntStream.range(0, 1_000)
                .mapToObj(n -> row(n, 1L, n % 200 == 50 ? "too long" : "ok", n % 200 == 150 ? -1 : n))
                .toArray(Row[]::new);

        Server.write(keeping.writer(STOCK), rows);
        Server.write(keeping.writer(STOCK), rows);

        assertThat(rows("SELECT count(*), min(name), max(name), min(amount) FROM stock"))
                .containsExactly("990|ok|ok|0");
        assertThat(rows("SELECT " + quoted("sqlstate") + ", count(*), max(target) FROM refused GROUP BY 1 ORDER BY 1"))
                .containsExactly(tooLong() + "|5|stock", negative() + "|5|stock");
        assertThat(rows("SELECT " + quoted("row") + " FROM refused WHERE " + quoted("row") + " LIKE '{\"id\":150,%'"))
                .containsExactly("{\"id\":150,\"version\":1,\"name\":\"ok\",\"amount\":-1}");
    }

    @Test
    void aRefusedRowDoesNotDropAValidRowOfItsKey() {
        JdbcUpsert keeping = upsert().deadLettersTo("refused").deadLettersAtMost(1);

        Server.write(keeping.writer(STOCK), row(1, 1L, "v1", 1), row(1, 2L, "v2", -2), row(2, 1L, "v1", 2));
        assertThat(stock()).containsExactly("1|1|v1|1", "2|1|v1|2");

        Server.write(keeping.writer(STOCK), row(1, 3L, "v3", 3), row(1, 4L, "too long", 4));
        assertThat(stock()).containsExactly("1|3|v3|3", "2|1|v1|2");
        assertThat(rows("SELECT " + quoted("row") + " FROM refused ORDER BY 1"))
                .containsExactly(
                        "{\"id\":1,\"version\":2,\"name\":\"v2\",\"amount\":-2}",
                        "{\"id\":1,\"version\":4,\"name\":\"too long\",\"amount\":4}");
    }

    @Test
    void aRefusedRowOfTheGreatestVersionDropsNoOtherRow() {
        JdbcUpsert keeping = upsert().versionedBy("version").deadLettersTo("refused");

        Server.write(keeping.writer(STOCK), row(1, 1L, "v1", 1), row(1, 9L, "v9", -1), row(1, 2L, "v2", 2));

        assertThat(stock()).containsExactly("1|2|v2|2");
    }

    @Test
    void theDeadLetterOfAPartialRowIsTheRowOfTheStream() {
        JdbcUpsert keeping = upsert().keepingOldWhereNull().deadLettersTo("refused");

        Server.write(keeping.writer(STOCK), row(1, 1L, "a", null), row(1, 2L, null, -7), row(2, null, null, 5));

        assertThat(stock()).containsExactly("1|1|a|null", "2|null|null|5");
        assertThat(rows("SELECT " + quoted("row") + " FROM refused"))
                .containsExactly("{\"id\":1,\"version\":2,\"name\":null,\"amount\":-7}");
    }

    @Test
    void aPartialRowAfterADeleteInItsFlushFindsNoOldValues() {
        JdbcUpsert keeping = upsert().keepingOldWhereNull().deleteWhen("gone");
        Server.write(keeping.writer(CHANGES), row(1, 1L, "a", 1, false));

        Server.write(keeping.writer(CHANGES), row(1, 2L, null, null, true), row(1, 3L, null, 3, false));

        assertThat(stock()).containsExactly("1|3|null|3");
    }

    @Test
    void aVersionBetweenThoseOfAFlushKeepsTheOlderRowOut() {
        JdbcUpsert keeping = upsert().keepingOldWhereNull().versionedBy("version");
        Server.write(keeping.writer(STOCK), row(1, 5L, "held", 5), row(2, 1L, "held", 1));

        Server.write(
                keeping.writer(STOCK),
                row(1, 4L, "a", 4),
                row(1, 6L, null, 6),
                row(2, 4L, "a", 4),
                row(2, 6L, null, 6));

        assertThat(stock()).containsExactly("1|6|held|6", "2|6|a|6");
    }

    @Test
    void aDeleteThatTheTableRefusesIsADeadLetter() {
        execute(
                "CREATE TABLE booked (id int PRIMARY KEY, FOREIGN KEY (id) REFERENCES stock (id))",
                "INSERT INTO stock (id, amount) VALUES (1, 1), (2, 2)",
                "INSERT INTO booked VALUES (1)");
        JdbcUpsert deleting = upsert().deleteWhen("gone").deadLettersTo("refused");

        Server.write(deleting.writer(CHANGES), row(1, 1L, "a", 1, true), row(2, 1L, "b", 2, true));

        assertThat(rows("SELECT id FROM stock")).containsExactly("1");
        assertThat(rows("SELECT count(*) FROM refused")).containsExactly("1");
        execute("DROP TABLE booked");
    }

    @Test
    void aRowThatRefersToALaterOneIsNotADeadLetterIfAnotherRowIsBad() {
        execute("ALTER TABLE stock ADD FOREIGN KEY (amount) REFERENCES stock (id)");

        Server.write(
                upsert().deadLettersTo("refused").writer(STOCK),
                row(3, 1L, "c", 2),
                row(2, 1L, "b", 1),
                row(1, 1L, "a", null),
                row(4, 1L, "d", 9));

        assertThat(stock()).containsExactly("1|1|a|null", "2|1|b|1", "3|1|c|2");
        assertThat(rows("SELECT count(*) FROM refused")).containsExactly("1");
    }

    @Test
    void aTaskOfAnOlderEpochWritesNothing() {
        UpsertPlan plan = table().planner(UpsertRule.upsertOn(List.of("id"))).plan("test", STOCK);
        UpsertFlush zombie = new UpsertFlush(plan, "query", 7);
        zombie.run(pending(plan, row(1, 1L, "seven", 7)), false);
        new UpsertFlush(plan, "query", 8).run(pending(plan, row(1, 2L, "eight", 8)), false);

        assertThatThrownBy(() -> zombie.run(pending(plan, row(1, 1L, "seven", 7)), false))
                .hasMessageStartingWith("Epoch 7 of query query may not write to \"" + schema()
                        + ".stock\" any more: epoch 8 has begun, says " + schema() + ".millrace_fence.");
        assertThatThrownBy(() -> new UpsertFlush(plan, "query", 7).run(pending(plan, row(1, 1L, "seven", 7)), false))
                .hasMessageContaining("epoch 8 has begun");
        new UpsertFlush(plan, "other", 1).run(pending(plan, row(2, 1L, "other", 1)), false);

        assertThat(stock()).containsExactly("1|2|eight|8", "2|1|other|1");
    }

    private String quoted(String name) {
        return database().dialect().quoted(name);
    }

    static PendingRows pending(UpsertPlan plan, Row row) {
        PendingRows pending = new PendingRows(plan);
        try {
            pending.add(row);
        } catch (InvalidValueException e) {
            throw new AssertionError(e);
        }
        return pending;
    }

    final JdbcTarget table() {
        return Sinks.jdbc(database()).table("stock");
    }

    final JdbcUpsert upsert() {
        return table().upsertOn("id");
    }

    final List<String> stock() {
        return rows("SELECT * FROM stock ORDER BY id");
    }
}
