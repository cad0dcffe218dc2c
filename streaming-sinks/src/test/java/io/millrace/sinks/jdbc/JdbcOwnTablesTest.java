package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which schema the auxiliary tables are in, and which other tables are refused under their names. */
class JdbcOwnTablesTest {
    private static final StructType IDS = new StructType().add("id", "int");

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP SCHEMA IF EXISTS audit, letters CASCADE",
                "CREATE SCHEMA audit",
                "CREATE SCHEMA letters",
                "CREATE TABLE audit.events (id int PRIMARY KEY CHECK (id > 0))",
                "DROP TABLE IF EXISTS refused, events, millrace_fence, millrace_ledger",
                "CREATE TABLE events (id int PRIMARY KEY)");
    }

    @Test
    void deadLettersAreInTheSchemaOfTheTable() {
        JdbcUpsert upsert = table("audit", "events").upsertOn("id").deadLettersTo("refused");

        Server.write(upsert.writer(IDS), row(1), row(-1));

        assertThat(Server.rows("SELECT \"row\"::json ->> 'id' FROM audit.refused"))
                .containsExactly("-1");
        assertThat(Server.rows("SELECT to_regclass('public.refused')")).containsExactly("null");
        assertThat(upsert.ddl()).contains("\"audit\".\"millrace_fence\" (").contains("\"audit\".\"refused\" (");
    }

    @Test
    void deadLettersOfAnExactlyOnceBatchAreInTheSchemaOfTheSearchPath(@TempDir Path first) throws Exception {
        Database onPath = Database.at(Server.database().url().text() + "?currentSchema=audit")
                .user("postgres")
                .password(Server.password());
        JdbcExactlyOnce append =
                Sinks.jdbc(onPath).table("events").appendExactlyOnce().deadLettersTo("refused");

        Batches.batch(append.write(Batches.stream(1, "cast(value - 1 AS int) AS id")), first);

        assertThat(Server.rows("SELECT \"row\"::json ->> 'id' FROM audit.refused ORDER BY 1"))
                .containsExactly("-1", "0");
        assertThat(append.ddl()).contains(" \"refused\" (");
    }

    @Test
    void deadLettersGoToAnotherSchemaIfItIsNamed(@TempDir Path checkpoint) throws Exception {
        JdbcUpsert upsert = table("audit", "events").upsertOn("id").deadLettersTo("letters", "refused");
        JdbcExactlyOnce exact = table("audit", "events").upsertExactlyOnce("id").deadLettersTo("letters", "refused");

        Server.write(upsert.writer(IDS), row(1), row(-1));
        Batches.batch(exact.write(Batches.stream(1, "cast(value - 1 AS int) AS id")), checkpoint);

        assertThat(Server.rows("SELECT \"row\"::json ->> 'id' FROM letters.refused ORDER BY 1"))
                .containsExactly("-1", "-1", "0");
        assertThat(upsert.ddl() + exact.ddl()).contains("\"letters\".\"refused\" (");
    }

    @Test
    void aMissingSchemaOrOneWithoutTheRightToCreateIsRefused() {
        Server.execute(
                "DROP ROLE IF EXISTS filer",
                "CREATE ROLE filer LOGIN PASSWORD 'filer'",
                "GRANT USAGE, CREATE ON SCHEMA audit TO filer",
                "GRANT ALL ON audit.events TO filer");
        Database filer = Server.database().user("filer").password(Secret.from(() -> "filer"));
        JdbcTarget events = Sinks.jdbc(filer).table("audit", "events");

        assertThat(problems(() -> events.upsertOn("id").deadLettersTo("refused").writer(IDS)))
                .isEmpty();
        assertThat(problems(() -> events.appendExactlyOnce()
                        .deadLettersTo("letters", "refused")
                        .batches(IDS)))
                .singleElement()
                .asString()
                .startsWith("deadLettersTo(letters.refused): the sink needs this table and may not create it."
                        + " CREATE TABLE IF NOT EXISTS \"letters\".\"refused\" (");
        assertThat(problems(() -> events.upsertOn("id")
                        .deadLettersTo("nowhere", "refused")
                        .writer(IDS)))
                .containsExactly("deadLettersTo(nowhere.refused): there is no schema \"nowhere\"."
                        + " Create it, or name another.");
        Server.execute("DROP OWNED BY filer", "DROP ROLE filer");
    }

    @Test
    void anotherTableWithTheNameOfAnAuxiliaryTableIsRefused() {
        Server.execute(
                "CREATE TABLE audit.refused (target text, digest int, sqlstate text NOT NULL, extra int NOT NULL)",
                "CREATE TABLE audit.millrace_fence"
                        + " (query_id text NOT NULL, target text NOT NULL, epoch bigint NOT NULL)",
                "CREATE VIEW audit.millrace_ledger AS SELECT 1 AS one");

        assertThat(problems(() -> table("audit", "events")
                        .upsertOn("id")
                        .deadLettersTo("refused")
                        .writer(IDS)))
                .satisfiesExactlyInAnyOrder(
                        fence -> assertThat(fence)
                                .startsWith("upsertOn(audit.millrace_fence): this is not the table that the sink needs:"
                                        + " it has no primary key (query_id, target). Rename it, or create the sink's"
                                        + " table:"
                                        + " CREATE TABLE"),
                        letters -> assertThat(letters)
                                .startsWith("deadLettersTo(audit.refused): this is not the table that the sink needs: ")
                                .contains("it has no column \"query_id\"")
                                .contains("its column \"digest\" is integer")
                                .contains("its column \"sqlstate\" is NOT NULL")
                                .contains("its column \"extra\" is NOT NULL without a default")
                                .contains("it has no primary key (target, query_id, digest)")
                                .contains(". Name another table, or create the sink's table: CREATE TABLE"));
        assertThat(problems(() -> table("audit", "events").appendExactlyOnce().batches(IDS)))
                .singleElement()
                .asString()
                .contains("appendExactlyOnce(audit.millrace_ledger): ")
                .contains("it is a view or a foreign table");
    }

    @Test
    void aTableCannotHaveTwoRoles() {
        JdbcTarget events = table("public", "events");

        assertThat(problems(() -> events.upsertOn("id").deadLettersTo("events").writer(IDS)))
                .containsExactly("deadLettersTo(public.events): this is the table that the rows go into."
                        + " Name another table.");
        assertThat(problems(() ->
                        events.upsertOn("id").deadLettersTo("millrace_fence").writer(IDS)))
                .containsExactly("deadLettersTo(public.millrace_fence): the sinks use this name for a table of"
                        + " their own. Name another table.");
        assertThat(problems(() -> events.appendExactlyOnce()
                        .deadLettersTo("millrace_ledger")
                        .batches(IDS)))
                .containsExactly("deadLettersTo(public.millrace_ledger): the sinks use this name for a table of"
                        + " their own. Name another table.");
    }

    @Test
    void mariaDbRefusesTheSameTables() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS noted, refused, millrace_fence",
                "CREATE TABLE noted (id int PRIMARY KEY)",
                "CREATE TABLE refused (target varchar(20), reason text) ENGINE = MyISAM",
                "CREATE TABLE millrace_fence (query_id int, target int, epoch bigint, PRIMARY KEY (query_id, target))");
        JdbcTarget noted = Sinks.jdbc(MariaDb.database()).table("noted");

        assertThat(problems(() -> noted.upsertOn("id").deadLettersTo("refused").writer(IDS)))
                .satisfiesExactlyInAnyOrder(
                        fence -> assertThat(fence).contains("its column \"query_id\" is int(11)"),
                        letters -> assertThat(letters)
                                .contains("it has no column \"digest\"")
                                .contains("its column \"target\" is varchar(20)")
                                .contains("its column \"reason\" is text"));
        assertThat(problems(
                        () -> noted.insertOnlyOn("id").deadLettersTo("noted").writer(IDS)))
                .containsExactly("deadLettersTo(millrace.noted): this is the table that the rows go into."
                        + " Name another table.");
        MariaDb.execute("DROP TABLE refused, millrace_fence");
    }

    private static JdbcTarget table(String schema, String name) {
        return Sinks.jdbc(Server.database()).table(schema, name);
    }

    private static List<String> problems(Supplier<?> writer) {
        try {
            Object unused = writer.get();
            return List.of();
        } catch (ValidationException refused) {
            return refused.problems().stream().map(Problem::toString).toList();
        }
    }
}
