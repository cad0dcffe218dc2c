package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers and sessions that use PostgreSQL's protocol but are not supported. */
@Timeout(60)
class JdbcServerKindTest {
    private static final StructType IDS = new StructType().add("id", "int");

    @BeforeAll
    static void createTable() {
        Server.execute(
                "DROP TABLE IF EXISTS hosted, millrace_fence",
                "CREATE TABLE hosted (id int PRIMARY KEY)",
                "DROP SCHEMA IF EXISTS imitation CASCADE",
                "CREATE SCHEMA imitation");
    }

    @AfterAll
    static void drop() {
        Server.execute("DROP SCHEMA imitation CASCADE", "DROP TABLE IF EXISTS hosted, millrace_fence");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)|CockroachDB",
                "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.38698|Redshift",
                "PostgreSQL 11.2-YB-2.18.4.0-b0 on x86_64-pc-linux-gnu|YB",
                "PostgreSQL 12.12 (Greenplum Database 7.0.0 build commit:0a7a3566873) on x86_64|Greenplum",
                "EnterpriseThing 9.1|EnterpriseThing 9.1"
            })
    void aServerWhoseVersionNamesAnotherProductIsRefused(String version, String name) {
        imitate("version()", version);

        assertThat(problems(imitation()))
                .containsExactly("jdbc(" + imitation().label() + "): the server calls itself " + name
                        + ", which uses the protocol of PostgreSQL: the sinks' guarantees are not known to hold there."
                        + " Use a PostgreSQL of version 14 or later.");
    }

    @Test
    void aServerOfAnOlderVersionIsRefused() {
        imitate("version()", "PostgreSQL 13.14 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit");
        imitate("current_setting(text)", "130014");

        assertThat(problems(imitation()))
                .containsExactly("jdbc(" + imitation().label()
                        + "): the server is a PostgreSQL of version 13, and the sinks"
                        + " are"
                        + " tested on 14 and later. Use a later server.");
        Server.execute("DROP FUNCTION imitation.current_setting(text)");
    }

    @Test
    void aPoolerInTransactionModeIsRefusedBeforeAnythingIsSet() throws Exception {
        try (TransactionPooler pooler = new TransactionPooler(Server.postgres().port())) {
            Database pooled = pooler.of(Server.database());

            assertThat(problems(pooled))
                    .containsExactly("jdbc(" + pooled.label()
                            + "): a pooler between here and the server gives each transaction"
                            + " another session, as PgBouncer does with pool_mode = transaction, and the sinks keep"
                            + " settings and temporary tables in theirs. Set pool_mode = session for this database, or"
                            + " name the server itself.");
        }
    }

    @Test
    void postgresItselfIsAccepted() {
        assertThat(problems(Server.database())).isEmpty();
    }

    private static Database imitation() {
        return Database.at(Server.database().url().text() + "?currentSchema=imitation,pg_catalog,public")
                .user("postgres")
                .password(Server.password());
    }

    private static void imitate(String function, String answer) {
        Server.execute("CREATE OR REPLACE FUNCTION imitation." + function + " RETURNS text LANGUAGE sql AS $$ SELECT '"
                + answer + "'::text $$");
    }

    private static List<String> problems(Database database) {
        try {
            Sinks.jdbc(database).table("hosted").upsertOn("id").writer(IDS);
            return List.of();
        } catch (ValidationException refused) {
            return refused.problems().stream().map(Problem::toString).toList();
        }
    }
}
