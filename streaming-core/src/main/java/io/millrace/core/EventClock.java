package io.millrace.core;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.Columns;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which rows are ahead of the clock.
 *
 * @param column the event time
 * @param limit how far it may be ahead
 * @param clock the column that it is compared with; the start of the batch if empty
 */
record EventClock(String column, Duration limit, Optional<String> clock) {
    /** Spark ends the query at a sum beyond its last time. */
    private static final Instant LATEST_CLOCK = Instant.parse("9999-12-31T00:00:00Z");

    /** Whether a row of {@code rows} is ahead; never NULL. */
    Column isAhead(Dataset<Row> rows) {
        Column time = Columns.named(rows, column);
        return clock.map(name -> {
                    Column now = Columns.at(rows, name);
                    return coalesce(
                            now.isNull().and(time.isNotNull()).or(isLater(time, least(now, lit(LATEST_CLOCK)))),
                            lit(false));
                })
                .orElseGet(() -> coalesce(isLater(time, current_timestamp()), lit(false)));
    }

    /** Whether a row of {@code rows} is earlier than its clock by more than the limit; never NULL. */
    Column isBehind(Dataset<Row> rows) {
        Column time = Columns.named(rows, column);
        Column now = Columns.at(rows, clock.orElseThrow());
        return coalesce(now.isNull().and(time.isNotNull()).or(time.lt(now.minus(lit(limit)))), lit(false));
    }

    /** Why a row is behind. */
    String reasonBehind() {
        return column + " is more than " + limit + " earlier than " + clock.orElseThrow() + ", or that is NULL";
    }

    private Column isLater(Column time, Column now) {
        return time.gt(now.plus(lit(limit)));
    }

    /** Why a row is ahead. */
    String reason() {
        return column + " is more than " + limit + " later than "
                + clock.map(name -> name + ", or that is NULL").orElse("the start of the batch");
    }

    /** {@code .aheadAtMost(PT5M)}. */
    String describe() {
        return ".aheadAtMost(" + limit + clock.map(name -> ", " + name).orElse("") + ")";
    }
}
