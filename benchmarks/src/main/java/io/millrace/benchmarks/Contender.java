package io.millrace.benchmarks;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One way of doing a job, to be measured against the others that do the same job. */
record Contender(String job, String name, UnaryOperator<Dataset<Row>> query) {}
