package io.millrace.chaos;

import io.millrace.core.Secret;
import io.millrace.core.Sink;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** The sinks of Millrace that guarantee the content of a table, each used as in a job. */
enum Guarantee implements Subject {
    APPEND_EXACTLY_ONCE(Tables.AUDIT) {
        @Override
        Sink sink(JdbcTarget target) {
            return target.appendExactlyOnce();
        }
    },
    UPSERT_EXACTLY_ONCE(Tables.SETTLED) {
        @Override
        Sink sink(JdbcTarget target) {
            return target.upsertExactlyOnce("key");
        }
    },
    UPSERT(Tables.LATEST) {
        @Override
        Sink sink(JdbcTarget target) {
            return target.upsertOn("key");
        }

        @Override
        Dataset<Row> shaped(Dataset<Row> rows) {
            return rows.select("partition", "offset", "key", "amount");
        }
    };

    /** Short, so that a black hole times out quickly. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(2);

    private final String table;

    Guarantee(String table) {
        this.table = table;
    }

    @Override
    public String table() {
        return table;
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows, Target target) {
        String password = target.password();
        Database database = Database.at(target.url())
                .user(target.user())
                .password(Secret.from(() -> password))
                .statementTimeout(STATEMENT_TIMEOUT);
        return sink(Sinks.jdbc(database).table(table)).write(shaped(rows));
    }

    abstract Sink sink(JdbcTarget target);

    /** Selects the columns of the table. */
    Dataset<Row> shaped(Dataset<Row> rows) {
        return rows;
    }
}
