package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class JdbcCheckTest {
    private static final StructType COUNTS =
            new StructType().add("zip", "string").add("count", "long").add("extra", "double");

    @Test
    void everyProblemOfATableIsReportedAtOnce() {
        Server.execute(
                "DROP TABLE IF EXISTS checked",
                "CREATE TABLE checked (zip text, count text, must int NOT NULL)",
                "CREATE UNIQUE INDEX part ON checked (zip) WHERE must > 0");

        assertThat(problems(Server.database(), "checked"))
                .containsExactly(
                        "table(checked): its column \"count\" is text, which does not take the stream's bigint."
                                + " Cast one of them.",
                        "table(checked): it has no column \"extra\"; it has zip, count, must."
                                + " Call addingColumns(), which adds it by ALTER TABLE \"checked\""
                                + " ADD COLUMN IF NOT EXISTS \"extra\" double precision,"
                                + " or drop or rename it in the stream.",
                        "table(checked): its column \"must\" is NOT NULL without a default, and not in the stream."
                                + " Add it to the stream, or give it a default.",
                        "upsertOn(zip): this key column of \"checked\" may be NULL, and NULL never conflicts."
                                + " ALTER TABLE \"checked\" ALTER COLUMN \"zip\" SET NOT NULL.",
                        "upsertOn(zip): the unique index \"part\" on these columns is partial,"
                                + " so that an upsert cannot rely on it."
                                + " CREATE UNIQUE INDEX ON \"checked\" (\"zip\").");
    }

    @Test
    void allMissingRightsAreOneProblem() {
        Server.execute(
                "DROP TABLE IF EXISTS guarded, millrace_fence",
                "CREATE TABLE guarded (zip text PRIMARY KEY, count bigint, extra float8)",
                "DROP ROLE IF EXISTS clerk",
                "CREATE ROLE clerk LOGIN PASSWORD 'clerk'",
                "GRANT INSERT, UPDATE (count) ON guarded TO clerk",
                // PostgreSQL 14 gives it to everybody.
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        Database clerk = Server.database().user("clerk").password(Secret.from(() -> "clerk"));

        assertThat(problems(clerk, "guarded"))
                .containsExactly(
                        "table(guarded): " + clerk.label() + " lacks UPDATE on \"extra\" and SELECT."
                                + " GRANT UPDATE, SELECT ON \"public\".\"guarded\" TO that role.",
                        "upsertOn(public.millrace_fence): the sink needs this table and may not create it."
                                + " CREATE TABLE IF NOT EXISTS \"public\".\"millrace_fence\" (query_id text NOT NULL,"
                                + " target text NOT NULL, epoch bigint NOT NULL, PRIMARY KEY (query_id, target)).");
    }

    @Test
    void aMissingTableIsReportedInOneSentence() {
        assertThat(problems(Server.database(), "nowhere"))
                .containsExactly("table(nowhere): there is no such table for "
                        + Server.database().label()
                        + ". Call creatingTable(), which creates it by CREATE TABLE IF NOT EXISTS \"nowhere\""
                        + " (\"zip\" text NOT NULL, \"count\" bigint, \"extra\" double precision,"
                        + " PRIMARY KEY (\"zip\")), or correct the name.");
        assertThat(problems(Server.database(), "public.nowhere"))
                .containsExactly("table(public.nowhere): there is no such table for "
                        + Server.database().label()
                        + ". A dot is part of the name; a schema is an argument of its own: table(\"public\","
                        + " \"nowhere\"). Create it, or correct the name.");
    }

    @Test
    void anUnreachableServerIsReportedInOneSentence() {
        Database nobody = Database.at("jdbc:postgresql://localhost:1/shop").user("x");

        assertThat(problems(nobody, "counts"))
                .containsExactly("jdbc(localhost:1/shop as x): the server cannot be reached."
                        + " Start it, or correct host and port of the URL.");
    }

    @Test
    void aWrongPasswordIsReportedInOneSentence() {
        Database stranger = Server.database().password(Secret.from(() -> "wrong"));

        assertThat(problems(stranger, "counts"))
                .containsExactly("jdbc(" + stranger.label() + "): the server refuses this user or its password."
                        + " Correct user(...) and password(...), or let the role in.");
    }

    @Test
    void aMissingDatabaseIsReportedInOneSentence() {
        Database wrong = Database.at(Server.database().url().text().replaceFirst("/postgres$", "/nowhere"))
                .user("postgres")
                .password(Server.password());

        assertThat(problems(wrong, "counts"))
                .containsExactly(
                        "jdbc(" + wrong.label() + "): the server has no such database. Create it, or correct the URL.");
    }

    @Test
    void aMissingPasswordIsReportedWithoutConnecting() {
        Database unset = Server.database().password(Secret.env("MILLRACE_NOT_SET"));

        assertThat(problems(unset, "counts")).singleElement().asString().contains("MILLRACE_NOT_SET");
    }

    @Test
    void invalidArgumentsAreRefusedAtTheCall() {
        Database database = Server.database();

        assertThatThrownBy(() -> Database.at("jdbc:oracle:thin:@x"))
                .hasMessage("Database.at(\"jdbc:oracle:...\"): no dialect knows this URL."
                        + " Write it as jdbc:postgresql://host:port/database, or as"
                        + " jdbc:mariadb://host:port/database.");
        assertThatThrownBy(() -> Database.at("jdbc:postgresql://h/d?password=canary"))
                .hasMessageContaining("carries a user or a password")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> Database.at("jdbc:postgresql://me:canary@h/d"))
                .hasMessageContaining("carries a user or a password")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> Sinks.jdbc(database).upsertOn("id"))
                .hasMessage(
                        "upsertOn(...): no table is named yet. Call Sinks.jdbc(database).table(\"name\") before it.");
        assertThatThrownBy(() -> Sinks.jdbc(database).table("t").upsertOn("id", "id"))
                .hasMessage("upsertOn(...): the column \"id\" is named twice. Name it once.");
        assertThatThrownBy(() -> Sinks.jdbc(database).table("ä".repeat(32)))
                .hasMessageContaining("has 64 bytes, and PostgreSQL cuts names at 63");
        assertThatThrownBy(() -> Sinks.jdbc(database).rowsPerFlush(0))
                .hasMessage("rowsPerFlush(0): a flush carries at least one row. Use 1 or more.");
        assertThatThrownBy(() -> database.statementTimeout(Duration.ofMillis(10)))
                .hasMessageStartingWith("statementTimeout(PT0.01S): a time-out is at least one second");
        assertThatThrownBy(() -> database.statementTimeout(Duration.ofDays(25)))
                .hasMessageStartingWith("statementTimeout(PT600H): a time-out is at most 24 days");
        assertThatThrownBy(() -> Sinks.console().rows(0)).hasMessageStartingWith("rows(0)");
    }

    @Test
    void writingARefusedStreamThrowsEveryProblem() {
        assertThatThrownBy(() -> Sinks.jdbc(Server.database())
                        .table("nowhere")
                        .upsertOn("id")
                        .writer(COUNTS))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("this key column is not in the stream, which has zip, count, extra")
                .hasMessageContaining("there is no such table");
    }

    @Test
    void nothingShowsAPassword() {
        Database database = Server.database();

        assertThat(Sinks.jdbc(database).table("t").upsertOn("id").describe() + database)
                .doesNotContain(Server.password().reveal())
                .contains("upsert into \"t\" at 127.0.0.1");
    }

    private static List<String> problems(Database database, String table) {
        try {
            Sinks.jdbc(database).table(table).upsertOn("zip").writer(COUNTS);
            return List.of();
        } catch (ValidationException refused) {
            return refused.problems().stream().map(Problem::toString).toList();
        }
    }
}
