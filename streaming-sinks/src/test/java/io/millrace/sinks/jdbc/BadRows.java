package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;

import io.millrace.core.Secret;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table that refuses rows, and a role of its own for each test. */
abstract class BadRows {
    static final StructType STREAM = new StructType().add("id", "int").add("v", "string");
    static final String DEAD_LETTERS = "SELECT sqlstate, count(*) FROM refused GROUP BY 1 ORDER BY 1";

    private static final AtomicInteger CLERKS = new AtomicInteger();

    /** A new role for each test, since pools keep sessions with the role that they logged in with. */
    final String clerk = "clerk_" + CLERKS.incrementAndGet();

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP TABLE IF EXISTS bad, refused, millrace_fence, millrace_ledger, parent",
                "CREATE TABLE bad (id int PRIMARY KEY, v text)",
                "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " RAISE EXCEPTION 'no stock for %', NEW.v USING ERRCODE = TG_ARGV[0]; END $$");
    }

    @AfterEach
    void dropRole() {
        Server.execute(
                "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '" + clerk + "') THEN DROP OWNED BY "
                        + clerk + "; DROP ROLE " + clerk + "; END IF; END $$",
                "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC");
    }

    void clerk(String... statements) {
        Server.execute(Stream.concat(
                        Stream.of(
                                "CREATE ROLE " + clerk + " LOGIN PASSWORD 'clerk'",
                                "GRANT CREATE, USAGE ON SCHEMA public TO " + clerk,
                                "GRANT ALL ON bad TO " + clerk),
                        Arrays.stream(statements))
                .toArray(String[]::new));
    }

    Database asClerk() {
        return Database.at(Server.postgres().jdbcUrl()).user(clerk).password(Secret.from(() -> "clerk"));
    }

    static JdbcTarget target() {
        return target(Server.database());
    }

    static JdbcTarget target(Database database) {
        return Sinks.jdbc(database).table("bad");
    }

    static JdbcUpsert upsert() {
        return upsert(Server.database());
    }

    static JdbcUpsert upsert(Database database) {
        return target(database).upsertOn("id").deadLettersTo("refused");
    }

    static void write(JdbcUpsert sink, Row... rows) {
        Server.write(sink.writer(STREAM), rows);
    }

    static Row[] rows(int count, IntFunction<String> value) {
        return IntStream.range(0, count).mapToObj(n -> row(n, value.apply(n))).toArray(Row[]::new);
    }

    static int count() {
        return Integer.parseInt(Server.rows("SELECT count(*) FROM bad").get(0));
    }
}
