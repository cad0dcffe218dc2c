package io.millrace.samples;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;

/**
 * Appends hits to PostgreSQL exactly once, although they have no key: each micro-batch is one transaction, which also
 * inserts a row into a ledger to recognize a batch that is rerun.
 */
final class JdbcExactlyOnceHits {
    static final String TABLE = "hits";
    static final String COLUMNS = "zip text not null, hittime timestamptz not null";

    private JdbcExactlyOnceHits() {}

    static Pipeline pipeline(Source hits, Sink table) {
        return Pipeline.named("jdbc-exactly-once")
                .from(hits)
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(Transforms.where("zip IS NOT NULL"))
                .via(Transforms.select("zip", "hittime"))
                .to(table);
    }

    static void run(SampleEnvironment environment) throws Exception {
        Database database = environment.database(TABLE, COLUMNS);
        environment.finish(
                pipeline(environment.hits(), Sinks.jdbc(database).table(TABLE).appendExactlyOnce())
                        .checkpointAt(environment.checkpoint())
                        .start(environment.spark()),
                SampleEnvironment.HITS.size());
        environment.show(TABLE);
    }
}
