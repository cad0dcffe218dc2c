package io.millrace.core.internal.guard;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A query that is about to start.
 *
 * @param rows those that its sink gets
 * @param trigger the kind of its trigger: micro-batches or continuous
 * @param targets where its rows go, a line each
 * @param allowsOldState whether its user takes state that other code has made
 */
public record GuardedQuery(
        Dataset<Row> rows, String outputMode, String trigger, List<String> targets, boolean allowsOldState) {}
