package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

/** Joins of two streams, whose state the watermarks bound. */
class StreamJoinTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final SparkSession spark = Spark.session().newSession();
    private final MemoryInput<String> orders = new MemoryInput<>(spark, Encoders.STRING());
    private final MemoryInput<String> payments = new MemoryInput<>(spark, Encoders.STRING());

    @Test
    void aRowMeetsThoseOfItsKeysWithinTheBounds() throws Exception {
        assertThat(emitted(join -> join))
                .containsExactlyInAnyOrder("[1,10:00,11:00]", "[2,10:00,10:00]", "[2,10:00,10:30]");
    }

    @Test
    void theOuterSidesStay() throws Exception {
        assertThat(emitted(StreamJoin::left))
                .containsExactlyInAnyOrder(
                        "[1,10:00,11:00]",
                        "[2,10:00,10:00]",
                        "[2,10:00,10:30]",
                        "[3,10:00,null]",
                        "[5,null,null]",
                        "[null,10:00,null]");
        assertThat(emitted(StreamJoin::right))
                .containsExactlyInAnyOrder(
                        "[1,10:00,11:00]",
                        "[2,10:00,10:00]",
                        "[2,10:00,10:30]",
                        "[3,null,11:01]",
                        "[4,null,10:00]",
                        "[6,null,null]",
                        "[null,null,10:00]");
        assertThat(emitted(StreamJoin::full))
                .containsExactlyInAnyOrder(
                        "[1,10:00,11:00]",
                        "[2,10:00,10:00]",
                        "[2,10:00,10:30]",
                        "[3,10:00,null]",
                        "[null,10:00,null]",
                        "[3,null,11:01]",
                        "[4,null,10:00]",
                        "[5,null,null]",
                        "[6,null,null]",
                        "[null,null,10:00]");
    }

    @Test
    void aSemiJoinGivesEachRowOnce() throws Exception {
        assertThat(emitted(StreamJoin::semi)).containsExactlyInAnyOrder("[1,10:00]", "[2,10:00]");
    }

    @Test
    void theOtherTimeMayBeEarlier() throws Exception {
        assertThat(emitted(join -> join.between(Duration.ofHours(-1), Duration.ZERO)))
                .containsExactlyInAnyOrder("[2,10:00,10:00]");
    }

    /** What is emitted in all, and that the state is gone when the watermark has passed. */
    private List<String> emitted(UnaryOperator<StreamJoin> kind) throws Exception {
        StreamJoin join = kind.apply(Transforms.joinStream(payments(), "id")
                .times("ordered_at", "paid_at")
                .within(HOUR));
        List<String> emitted = new ArrayList<>();
        StreamingQuery query = join.apply(orders())
                .writeStream()
                .foreachBatch((rows, batch) -> {
                    List<String> columns = new ArrayList<>(List.of("id", "date_format(ordered_at, 'HH:mm')"));
                    if (List.of(rows.columns()).contains("paid_at")) {
                        columns.add("date_format(paid_at, 'HH:mm')");
                    }
                    emitted.addAll(Spark.lines(rows.selectExpr(columns.toArray(String[]::new))));
                })
                .start();
        try {
            orders.add("1,10:00", "2,10:00", "3,10:00", ",10:00", "5,");
            payments.add("2,10:00", "2,10:30", "1,11:00", "3,11:01", "4,10:00", ",10:00", "6,");
            query.processAllAvailable();
            orders.add("8,20:00");
            payments.add("9,20:00");
            query.processAllAvailable();
            orders.add("8,20:00");
            query.processAllAvailable();
            long state = query.lastProgress().stateOperators()[0].numRowsTotal();
            assertThat(state).as("state of the last rows alone").isLessThanOrEqualTo(3);
        } finally {
            query.stop();
        }
        emitted.removeIf(line -> line.contains("20:00"));
        return emitted;
    }

    @Test
    void aJoinWhoseStateWouldGrowForEverIsRefused() {
        StreamJoin unbounded = Transforms.joinStream(payments(), "id");
        assertThatThrownBy(() -> unbounded.apply(orders()))
                .hasMessageContaining("without a bound between the times of both streams, every row would be kept as"
                        + " state for ever. Add times(\"ordered_at\", \"paid_at\") and within(Duration.ofHours(1)).");
        assertThatThrownBy(() -> unbounded.times("ordered_at", "paid_at").apply(orders()))
                .hasMessageContaining("without a bound");
        StreamJoin bounded = unbounded.times("ordered_at", "paid_at").within(HOUR);
        assertThatThrownBy(() -> bounded.apply(rows(orders, "ordered_at")))
                .hasMessageContaining("times(ordered_at): this stream has no watermark on this column, so that rows of"
                        + " the other side would be kept as state for ever. Put withWatermark(\"ordered_at\", delay)"
                        + " before the join, on both streams.");
        assertThatThrownBy(() -> Transforms.joinStream(rows(payments, "paid_at"), "id")
                        .times("ordered_at", "paid_at")
                        .within(HOUR)
                        .apply(orders()))
                .hasMessageContaining("times(paid_at): the other stream has no watermark");
    }

    @Test
    void whatBothSidesDoNotShareIsRefused() {
        StreamJoin join = Transforms.joinStream(payments(), "id")
                .times("ordered_at", "paid_at")
                .within(HOUR);

        assertThatThrownBy(() -> join.apply(orders().selectExpr("cast(id as int) as id", "ordered_at")))
                .hasMessageContaining("joinStream(id): the column is int in this stream, but string in the other");
        assertThatThrownBy(() -> join.apply(orders().selectExpr("*", "1 as paid_at")))
                .hasMessageContaining(
                        "joinStream(paid_at): both streams have a column of this name, which is not a key");
        assertThatThrownBy(() -> Transforms.joinStream(payments(), "id", "shop")
                        .times("ordered_at", "paid_at")
                        .within(HOUR)
                        .apply(orders().selectExpr("*", "'x' as shop")))
                .hasMessageContaining("joinStream(shop): the other stream has no such column (columns: id, paid_at)");
        assertThatThrownBy(() -> Transforms.joinStream(StreamJoinTest::table, "id")
                        .times("ordered_at", "paid_at")
                        .within(HOUR)
                        .apply(orders()))
                .hasMessageContaining("this is a table, and not a stream. Use join(table, keys)");
        assertThatThrownBy(() -> Transforms.joinStream(payments(), "id").within(HOUR))
                .hasMessageContaining("name the columns to compare first");
        assertThatThrownBy(() -> join.between(HOUR, Duration.ZERO)).hasMessageContaining("no time is between these");
    }

    @Test
    void aSecondJoinIsRefusedUntilOneTimeIsLeft() {
        Dataset<Row> joined = Transforms.joinStream(payments(), "id")
                .times("ordered_at", "paid_at")
                .within(HOUR)
                .apply(orders());
        StreamJoin second = Transforms.joinStream(rows(payments, "sent_at").withWatermark("sent_at", "0 seconds"), "id")
                .times("ordered_at", "sent_at")
                .within(HOUR);

        assertThatThrownBy(() -> second.apply(joined))
                .hasMessageContaining("joinStream(ordered_at, paid_at): this stream has more than one column with a"
                        + " watermark, as after a join, and Spark joins by one. Drop all but one of them");
        assertThat(second.apply(joined.drop("paid_at")).columns()).containsExactly("id", "ordered_at", "sent_at");
    }

    @Test
    void theTimeMayBeAKey() {
        Dataset<Row> other = rows(payments, "ordered_at").withWatermark("ordered_at", "0 seconds");

        assertThat(Transforms.joinStream(other, "id", "ordered_at")
                        .times("ordered_at", "ordered_at")
                        .within(Duration.ZERO)
                        .apply(orders())
                        .columns())
                .containsExactly("id", "ordered_at");
    }

    @Test
    void describesItself() {
        StreamJoin join = Transforms.joinStream(payments(), "id").times("a", "b");

        assertThat(join.within(HOUR).left().describe()).endsWith(", id).times(a, b).between(PT0S, PT1H).left()");
        assertThat(join.semi()).isEqualTo(join.semi()).isNotEqualTo(join);
    }

    private static Dataset<Row> table(SparkSession spark) {
        return spark.sql("SELECT '1' AS id, current_timestamp() AS paid_at");
    }

    private Dataset<Row> orders() {
        return rows(orders, "ordered_at").withWatermark("ordered_at", "0 seconds");
    }

    private Dataset<Row> payments() {
        return rows(payments, "paid_at").withWatermark("paid_at", "0 seconds");
    }

    /** Lines such as {@code 1,10:00}. */
    private static Dataset<Row> rows(MemoryInput<String> lines, String time) {
        return lines.toDF()
                .selectExpr(
                        "nullif(split(value, ',')[0], '') as id",
                        "cast('2026-03-01 ' || nullif(split(value, ',')[1], '') as timestamp) as " + time);
    }
}
