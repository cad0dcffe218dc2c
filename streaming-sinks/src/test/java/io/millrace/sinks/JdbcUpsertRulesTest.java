package io.millrace.sinks;

import static io.millrace.sinks.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcUpsertRulesTest extends UpsertRules {
    @Override
    Database database() {
        return Server.database();
    }

    @Override
    List<String> rows(String query) {
        return Server.rows(query);
    }

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP TABLE IF EXISTS stock, refused",
                "CREATE TABLE stock (id int PRIMARY KEY, version bigint, name varchar(5), amount int CHECK (amount >= 0))");
    }

    @Test
    void oneBadRowInAHundredIsADeadLetterAndTheOthersAreWritten() {
        JdbcUpsert sieved = upsert().deadLettersTo("refused").deadLettersAtMost(0.02);
        Row[] rows = IntStream.range(0, 1_000)
                .mapToObj(n -> row(n, 1L, n % 200 == 50 ? "too long" : "ok", n % 200 == 150 ? -1 : n))
                .toArray(Row[]::new);

        Server.write(sieved.writer(STOCK), rows);
        Server.write(sieved.writer(STOCK), rows);

        assertThat(Server.rows("SELECT count(*), min(name), max(name), min(amount) FROM stock"))
                .containsExactly("990|ok|ok|0");
        assertThat(Server.rows("SELECT sqlstate, count(*), max(target) FROM refused GROUP BY 1 ORDER BY 1"))
                .containsExactly("22000|5|stock", "23514|5|stock");
        assertThat(Server.rows("SELECT reason FROM refused WHERE sqlstate = '22000' LIMIT 1"))
                .containsExactly("column \"name\": the text has more than 5 characters");
        assertThat(Server.rows("SELECT \"row\" FROM refused WHERE \"row\" LIKE '{\"id\":150,%'"))
                .containsExactly("{\"id\":150,\"version\":1,\"name\":\"ok\",\"amount\":-1}");
    }

    @Test
    void aDeadLetterOfRowsPutTogetherIsJsonToo() {
        JdbcUpsert keeping = upsert().keepingOldWhereNull().deadLettersTo("refused");

        Server.write(keeping.writer(STOCK), row(1, 1L, "a", null), row(1, 2L, null, -7));

        assertThat(Server.rows("SELECT \"row\"::json ->> 'name', \"row\"::json ->> 'amount' FROM refused"))
                .containsExactly("a|-7");
    }

    @Test
    void everyTypeOfADeadLetterIsJson() {
        StructType schema = new StructType()
                .add("interval", "interval day to second")
                .add("months", "interval year to month")
                .add("local", "timestamp_ntz")
                .add("instant", "timestamp")
                .add("bytes", "binary")
                .add("none", "string");

        assertThat(DeadLetters.text(
                        row(
                                Duration.ofSeconds(90),
                                Period.ofMonths(14),
                                LocalDateTime.parse("2026-01-01T12:00:00"),
                                Instant.parse("2026-01-01T00:00:00Z"),
                                new byte[] {1},
                                null),
                        schema))
                .isEqualTo("{\"interval\":\"PT1M30S\",\"months\":\"P14M\",\"local\":\"2026-01-01T12:00\","
                        + "\"instant\":\"2026-01-01 00:00:00\",\"bytes\":\"AQ==\",\"none\":null}");
    }

    @Test
    void aRowWithoutKeyIsADeadLetter() {
        Server.write(upsert().deadLettersTo("refused").writer(STOCK), row(null, 1L, "a", 1), row(2, 1L, "b", 2));

        assertThat(stock()).containsExactly("2|1|b|2");
        assertThat(Server.rows("SELECT reason FROM refused")).containsExactly("column \"id\": a key is never NULL");
    }

    @Test
    void tooManyDeadLettersFailTheTask() {
        ForeachWriter<Row> writer = upsert().deadLettersTo("refused").writer(STOCK);
        Row[] rows =
                IntStream.range(0, 100).mapToObj(n -> row(n, 1L, "ok", n - 50)).toArray(Row[]::new);

        assertThatThrownBy(() -> Server.write(writer, rows))
                .hasMessage("\"stock\" refuses 50 of 100 rows, more than deadLettersAtMost(0.05) allows."
                        + " Look at them in \"refused\".");
    }

    @Test
    void aTaskOfAnOlderEpochWritesNothingMore() {
        UpsertPlan plan =
                new UpsertPlanner(table(), UpsertRule.on("upsertOn", List.of("id"), false)).plan("test", STOCK);
        UpsertFlush zombie = new UpsertFlush(plan, "query", 7);
        zombie.run(pending(plan, row(1, 1L, "seven", 7)));
        new UpsertFlush(plan, "query", 8).run(pending(plan, row(1, 2L, "eight", 8)));

        assertThatThrownBy(() -> zombie.run(pending(plan, row(1, 1L, "seven", 7))))
                .hasMessageStartingWith("Epoch 7 of query query may not write to \"public.stock\" any more:"
                        + " epoch 8 has begun, says public.millrace_fence.");
        assertThatThrownBy(() -> new UpsertFlush(plan, "query", 7).run(pending(plan, row(1, 1L, "seven", 7))))
                .hasMessageContaining("epoch 8 has begun");
        new UpsertFlush(plan, "other", 1).run(pending(plan, row(2, 1L, "other", 1)));

        assertThat(stock()).containsExactly("1|2|eight|8", "2|1|other|1");
        Server.execute("DROP TABLE millrace_fence");
    }

    @Test
    void rulesThatContradictEachOtherAreRefusedByTheCall() {
        assertThatThrownBy(() -> table().insertOnlyOn("id").versionedBy("version"))
                .hasMessage("versionedBy(...): insertOnlyOn(...) never changes a known key. Use upsertOn(...).");
        assertThatThrownBy(() -> upsert().deadLettersAtMost(0.1))
                .hasMessage("deadLettersAtMost(0.1): there are no dead letters. Call deadLettersTo(...) before it.");
        assertThatThrownBy(() -> upsert().deadLettersTo("refused").deadLettersAtMost(2))
                .hasMessage("deadLettersAtMost(2.0): a share lies between 0 and 1. Use 0.01 for one in a hundred.");
    }

    @Test
    void rulesAreHeldAgainstTheStream() {
        assertThatThrownBy(() -> upsert().versionedBy("name")
                        .updating("price")
                        .deleteWhen("amount")
                        .writer(STOCK))
                .hasMessageContaining(
                        "updating(price): this column is not in the stream, which has id, version, name, amount")
                .hasMessageContaining("versionedBy(name): a string does not order versions alike")
                .hasMessageContaining("deleteWhen(amount): this column is no boolean");
    }
}
