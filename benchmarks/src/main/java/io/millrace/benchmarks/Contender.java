package io.millrace.benchmarks;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A query that does a job, to be compared with others that do the same job. */
record Contender(String job, String name, UnaryOperator<Dataset<Row>> query) {}
