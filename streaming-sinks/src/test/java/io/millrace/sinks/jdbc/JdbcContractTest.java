package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.BatchSink;
import io.millrace.testkit.SinkContract;
import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.TargetLimit;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

class JdbcContractTest extends JdbcContracts {
    private static final TargetFaults FAULTS = new TargetFaults();

    @Override
    Database database() {
        return Server.database();
    }

    @Override
    Connection connect() throws SQLException {
        return TestPostgres.shared().connect();
    }

    @Override
    void execute(String... statements) {
        Server.execute(statements);
    }

    @Override
    String text() {
        return "text";
    }

    @Override
    TargetFaults faults() {
        return FAULTS;
    }

    @Override
    Database through(TargetFaults faults) {
        return ProxiedDatabase.of(database(), faults);
    }

    @Override
    Set<TargetLimit> limits() {
        return EnumSet.of(TargetLimit.NUL_CHARACTER);
    }

    @Override
    String instant() {
        return "timestamptz";
    }

    @Override
    @Nullable Object instant(ResultSet found, int column) throws SQLException {
        OffsetDateTime instant = found.getObject(column, OffsetDateTime.class);
        return instant == null ? null : instant.toInstant();
    }

    /** An error of the table, so that no sink makes dead letters of the rows. */
    @Override
    AutoCloseable outage() {
        Server.execute(
                "CREATE OR REPLACE FUNCTION outage() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'io_error'; END $$",
                "CREATE TRIGGER outage BEFORE INSERT ON contract EXECUTE FUNCTION outage()");
        return () -> Server.execute("DROP TRIGGER outage ON contract");
    }

    @Nested
    class AppendExactlyOnceWithDeadLetters extends WithDeadLetters {
        AppendExactlyOnceWithDeadLetters() {
            super(
                    SinkContract.Promise.APPEND_EXACTLY_ONCE,
                    table -> table.appendExactlyOnce().deadLettersTo("contract_refused"));
        }
    }

    @Nested
    class UpsertExactlyOnceWithDeadLetters extends WithDeadLetters {
        UpsertExactlyOnceWithDeadLetters() {
            super(
                    SinkContract.Promise.UPSERT,
                    table -> table.upsertExactlyOnce("id").deadLettersTo("contract_refused"));
        }
    }

    abstract class WithDeadLetters extends Contract {
        WithDeadLetters(Promise promise, Function<JdbcTarget, BatchSink> verb) {
            super(promise, verb);
        }

        @AfterEach
        void noValidRowIsADeadLetter() {
            assertThat(Server.rows("SELECT \"row\" FROM contract_refused")).isEmpty();
        }
    }
}
