package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetterMergeSql;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * Writes a batch whose refused rows become dead letters. It always uses a staging table, merges it in one statement,
 * and merges it row by row if that fails.
 *
 * @param keys empty to append rows
 * @param target the table as the user names it
 */
record DeadLetterWriting(
        DeadLetterMergeSql sql,
        List<String> keys,
        DeadLetterRule rule,
        Dialect dialect,
        String target,
        StructType schema)
        implements BatchWriting {
    @Override
    public Optional<ExactlyOnceSql> direct(int tasks) {
        return Optional.empty();
    }

    @Override
    public DeadLetterMerge merge(String what, String queryId, long batch, StagingTable staging) {
        KeptLetters letters = rule.letters(dialect, target, queryId, batch, schema, keys);
        return new DeadLetterMerge(what, sql, !keys.isEmpty(), dialect, rule, letters, staging);
    }
}
