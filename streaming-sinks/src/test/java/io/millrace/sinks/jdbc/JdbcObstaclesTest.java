package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Obstacles that would make every statement fail are reported before the start. */
class JdbcObstaclesTest {
    private static PlannedQuery idsAndValues() {
        return new PlannedQuery(
                "noted",
                Optional.of(Batches.stream(1, "cast(value AS int) AS id", "'v' AS value")),
                OutputMode.Append(),
                Trigger.AvailableNow(),
                Optional.empty());
    }

    private static final StructType IDS = new StructType().add("id", "int").add("value", "string");
    private static final Database CLERK =
            Server.database().user("obstructed").password(Secret.from(() -> "obstructed"));

    @BeforeAll
    static void createRole() {
        Server.execute("CREATE ROLE obstructed LOGIN PASSWORD 'obstructed'");
    }

    @AfterAll
    static void dropRole() {
        Server.execute("DROP ROLE obstructed");
    }

    @BeforeEach
    void emptyTable() {
        Server.execute(
                "DROP TABLE IF EXISTS obstructed, millrace_fence, millrace_ledger",
                "CREATE TABLE obstructed (id int NOT NULL, value text, UNIQUE (id))",
                "GRANT ALL ON obstructed TO obstructed",
                "GRANT CREATE ON SCHEMA public TO obstructed");
    }

    @AfterEach
    void drop() {
        Server.execute(
                "DROP PUBLICATION IF EXISTS sends",
                "DROP OWNED BY obstructed",
                "ALTER ROLE obstructed RESET ALL",
                "DROP TABLE IF EXISTS obstructed, millrace_fence, millrace_ledger");
    }

    @Test
    void aColumnNamedLikeTheSinksOwnIsRefused() {
        Server.execute("ALTER TABLE obstructed ADD millrace_row bigint");

        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS.add("millrace_row", "bigint"))))
                .containsExactly(
                        "table(obstructed): its column \"millrace_row\" begins with millrace_, as those do that the"
                                + " sink adds to its rows. Rename it, or drop it from the stream.");
        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .isEmpty();
    }

    @Test
    void aRuleIsRefused() {
        Server.execute("CREATE RULE aside AS ON UPDATE TO obstructed DO ALSO NOTIFY changed");

        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .containsExactly(
                        "table(obstructed): its rule \"aside\" rewrites UPDATE, and neither ON CONFLICT nor COPY"
                                + " supports rules. DROP RULE \"aside\" ON \"public\".\"obstructed\", or replace it"
                                + " by a"
                                + " trigger.");
        assertThat(problems(() -> target(Server.database()).insertOnlyOn("id").writer(IDS)))
                .hasSize(1);
        assertThat(problems(() -> target(Server.database()).appendExactlyOnce().batches(IDS)))
                .isEmpty();
        Server.execute("ALTER TABLE obstructed DISABLE RULE aside");
        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .hasSize(1);
    }

    @Test
    void aPublicationWithoutAReplicaIdentityIsRefusedForUpdatesAndDeletes() {
        Server.execute("CREATE PUBLICATION sends FOR TABLE obstructed");

        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .containsExactly("table(obstructed): the publication \"sends\" sends its updates or deletes, which the"
                        + " server refuses as long as obstructed has no replica identity. Give it a primary key, or"
                        + " ALTER TABLE obstructed REPLICA IDENTITY FULL.");
        assertThat(problems(() -> target(Server.database()).insertOnlyOn("id").writer(IDS)))
                .isEmpty();
        assertThat(problems(() -> target(Server.database()).appendExactlyOnce().batches(IDS)))
                .isEmpty();
        Server.execute("ALTER PUBLICATION sends SET (publish = 'insert')");
        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .isEmpty();
        Server.execute(
                "ALTER PUBLICATION sends SET (publish = 'insert, update, delete')",
                "ALTER TABLE obstructed REPLICA IDENTITY FULL");
        Server.write(target(Server.database()).upsertOn("id").writer(IDS), row(1, "a"), row(1, "b"));
    }

    @Test
    void aPublishedPartitionWithoutAReplicaIdentityIsRefused() {
        Server.execute(
                "DROP TABLE obstructed",
                "CREATE TABLE obstructed (id int NOT NULL, value text, UNIQUE (id)) PARTITION BY RANGE (id)",
                "CREATE TABLE obstructed_1 PARTITION OF obstructed FOR VALUES FROM (0) TO (9)",
                "CREATE PUBLICATION sends FOR ALL TABLES");

        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .singleElement()
                .asString()
                .contains("as long as obstructed_1 has no replica identity");
    }

    @Test
    void aSequenceWithoutTheRightToUseItIsRefusedUnlessTheStreamGivesTheColumn() {
        Server.execute("ALTER TABLE obstructed ADD n serial");

        assertThat(problems(() -> target(CLERK).upsertOn("id").writer(IDS)))
                .containsExactly(
                        "table(obstructed): its column \"n\" takes its values from the sequence obstructed_n_seq, which"
                                + " this role may not use. GRANT USAGE ON SEQUENCE obstructed_n_seq to that role.");
        assertThat(problems(() -> target(CLERK).upsertOn("id").writer(IDS.add("n", "int"))))
                .isEmpty();
        Server.execute("GRANT USAGE ON SEQUENCE obstructed_n_seq TO obstructed");
        Server.write(target(CLERK).upsertOn("id").writer(IDS), row(1, "a"));
    }

    @Test
    void anExhaustedSequenceIsRefused() {
        Server.execute(
                "ALTER TABLE obstructed ADD n int GENERATED ALWAYS AS IDENTITY",
                "SELECT setval('obstructed_n_seq', 2147483647)");

        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .containsExactly("table(obstructed): the sequence obstructed_n_seq of its column \"n\" is exhausted."
                        + " Make column and sequence a bigint, or drop the column's default.");
    }

    @Test
    void aSequenceThatKnownKeysAlsoConsumeIsNoted() {
        Server.execute(
                "ALTER TABLE obstructed ADD n serial, ADD m bigserial",
                "SELECT setval('obstructed_n_seq', 2147483600)");
        PlannedQuery query = idsAndValues();

        assertThat(target(Server.database()).upsertOn("id").notes(query))
                .extracting(Problem::toString)
                .containsExactly("table(obstructed): each row takes a number from the sequence obstructed_n_seq of its"
                        + " column \"n\", whether its key is new or known, and 47 are left. Make column and sequence a"
                        + " bigint before they are exhausted.");
        assertThat(Sinks.several("rows", target(Server.database()).upsertExactlyOnce("id"))
                        .notes(query))
                .singleElement()
                .asString()
                .startsWith("rows: table(obstructed): ");
        assertThat(target(Server.database()).appendExactlyOnce().notes(query)).isEmpty();
    }

    @Test
    void anAutoIncrementThatKnownKeysAlsoConsumeIsNoted() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS obstructed",
                "CREATE TABLE obstructed (id int PRIMARY KEY, value text, n int unsigned UNIQUE AUTO_INCREMENT)"
                        + " AUTO_INCREMENT = 4294967249");
        PlannedQuery query = idsAndValues();

        assertThat(target(MariaDb.database()).upsertOn("id").notes(query))
                .extracting(Problem::toString)
                .containsExactly(
                        "table(obstructed): each row takes a number of its AUTO_INCREMENT column \"n\", whether its"
                                + " key is new or known, and 47 are left. Make it a bigint before they are exhausted.");
        assertThat(target(MariaDb.database()).appendExactlyOnce().notes(query)).isEmpty();
        MariaDb.execute("ALTER TABLE obstructed MODIFY n bigint AUTO_INCREMENT");
        assertThat(target(MariaDb.database()).upsertOn("id").notes(query)).isEmpty();
    }

    @Test
    void rowLevelSecurityThatAllowsNoInsertIsRefused() {
        Server.execute(
                "ALTER TABLE obstructed ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON obstructed FOR INSERT TO obstructed WITH CHECK (true)",
                "CREATE POLICY others ON obstructed FOR ALL TO pg_monitor USING (true)");

        assertThat(problems(() -> target(CLERK).upsertOn("id").writer(IDS)))
                .containsExactly("table(obstructed): row-level security is in force, and no policy gives this role"
                        + " SELECT, UPDATE. CREATE POLICY for it, or ALTER ROLE .. BYPASSRLS.");
        assertThat(problems(() -> target(CLERK).insertOnlyOn("id").writer(IDS)))
                .singleElement()
                .asString()
                .contains("no policy gives this role SELECT.");
        assertThat(problems(() -> target(CLERK).appendExactlyOnce().batches(IDS)))
                .containsExactly("table(obstructed): row-level security is in force for this role, and the server then"
                        + " refuses COPY, which appends use. ALTER ROLE .. BYPASSRLS, or call"
                        + " deadLettersTo(...), which does not use it.");
        assertThat(problems(() -> target(Server.database()).appendExactlyOnce().batches(IDS)))
                .isEmpty();
        Server.execute("CREATE POLICY all_of_it ON obstructed USING (true)");
        Server.write(target(CLERK).upsertOn("id").writer(IDS), row(1, "a"), row(1, "b"));
    }

    @Test
    void anUnloggedTableIsRefusedForExactlyOnce() {
        Server.execute("ALTER TABLE obstructed SET UNLOGGED");

        assertThat(problems(() -> target(Server.database()).appendExactlyOnce().batches(IDS)))
                .containsExactly("table(obstructed): it is unlogged, so that a crash of the server empties it, and"
                        + " nothing sends its rows again. ALTER TABLE obstructed SET LOGGED.");
        assertThat(problems(() -> target(Server.database()).upsertOn("id").writer(IDS)))
                .isEmpty();
    }

    @Test
    void aReadOnlyRoleIsRefused() {
        Server.execute("ALTER ROLE obstructed SET default_transaction_read_only = on");

        assertThat(problems(() -> target(CLERK).upsertOn("id").writer(IDS)))
                .containsExactly("jdbc(" + CLERK.label() + "): sessions of this role are read-only there"
                        + " (default_transaction_read_only). ALTER ROLE or ALTER DATABASE .. SET"
                        + " default_transaction_read_only = off, or take it from the URL.");
    }

    @Test
    void aRoleWithoutAnyRightIsReportedInOneSentence() {
        Server.execute("REVOKE ALL ON obstructed FROM obstructed");

        assertThat(problems(() -> target(CLERK).upsertOn("id").writer(IDS)))
                .containsExactly("table(obstructed): " + CLERK.label()
                        + " has no right on it at all. GRANT INSERT, UPDATE, SELECT ON \"public\".\"obstructed\" TO"
                        + " that role.");
    }

    @Test
    void aMisspelledNameIsReportedWithTheNearestOne() {
        Server.execute(
                "DROP SCHEMA IF EXISTS elsewhere CASCADE",
                "CREATE SCHEMA elsewhere",
                "CREATE TABLE elsewhere.distant (id int PRIMARY KEY)");
        JdbcTarget jdbc = Sinks.jdbc(Server.database());

        assertThat(problems(() -> jdbc.table("public.obstructed").upsertOn("id").writer(IDS)))
                .singleElement()
                .asString()
                .endsWith("Did you mean table(\"public\", \"obstructed\")?");
        assertThat(problems(() -> jdbc.table("Obstructed").upsertOn("id").writer(IDS)))
                .singleElement()
                .asString()
                .endsWith("Did you mean table(\"obstructed\")?");
        assertThat(problems(() -> jdbc.table("distant").upsertOn("id").writer(IDS)))
                .singleElement()
                .asString()
                .endsWith("Did you mean table(\"elsewhere\", \"distant\")?");
        assertThat(problems(() -> jdbc.table("obstructed")
                        .upsertOn("ID")
                        .writer(new StructType().add("id", "int").add("Value", "string"))))
                .anyMatch(problem -> problem.endsWith("Did you mean \"value\"? Rename it in the stream."))
                .anyMatch(problem -> problem.endsWith("Did you mean \"id\"?"));
        Server.execute("DROP SCHEMA elsewhere CASCADE");
    }

    @Test
    void aStructOrAMapIsRefusedAndJsonIsSuggested() {
        assertThat(problems(() -> target(Server.database())
                        .upsertOn("id")
                        .writer(new StructType().add("id", "int").add("value", "map<string,int>"))))
                .containsExactly("table(obstructed): its column \"value\" is text, which does not take the stream's"
                        + " map<string,int>. Write it as to_json(...) into a column of json or text.");
    }

    @Test
    void aReadOnlyMariaDbIsRefusedForAUserWhoCannotWriteToIt() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS obstructed, millrace_fence",
                "CREATE TABLE obstructed (id int PRIMARY KEY, value text)",
                "CREATE OR REPLACE USER reader IDENTIFIED BY 'reader'",
                "GRANT ALL ON millrace.* TO reader");
        Database reader = MariaDb.database().user("reader").password(Secret.from(() -> "reader"));
        Database session = Database.at(MariaDb.database().url().text() + "?sessionVariables=tx_read_only=1")
                .user("reader")
                .password(Secret.from(() -> "reader"));

        assertThat(problems(() -> target(session).upsertOn("id").writer(IDS)))
                .singleElement()
                .asString()
                .contains("the server or this session is read-only");
        assertThat(problems(() -> target(reader).upsertOn("id").writer(IDS))).isEmpty();
    }

    /** The server itself fails on what the tests above refuse. */
    @Test
    void whatIsRefusedWouldFail() {
        Server.execute("CREATE PUBLICATION sends FOR TABLE obstructed", "INSERT INTO obstructed VALUES (1, 'a')");

        assertThatThrownBy(() -> Server.execute("UPDATE obstructed SET value = 'b'"))
                .hasMessageContaining("does not have a replica identity");
    }

    private static JdbcTarget target(Database database) {
        return Sinks.jdbc(database).table("obstructed");
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
