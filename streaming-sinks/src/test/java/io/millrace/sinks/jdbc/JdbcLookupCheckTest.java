package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.LookedUp.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Lookups;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is refused before anything runs, in a sentence. */
class JdbcLookupCheckTest {
    private final JdbcLookup customers =
            Lookups.jdbc(Server.database()).table("customers").key("key", "id").columns("segment");

    @BeforeEach
    void table() {
        Server.execute(
                "DROP TABLE IF EXISTS customers",
                "CREATE TABLE customers (id bigint PRIMARY KEY, segment text, name text, note text)");
    }

    @Test
    void callsThatAreMissing() {
        assertThat(problems(Lookups.jdbc(Server.database()), keys("long")))
                .containsExactly(
                        "table(nothing): the look-up has no table. Call table(...).",
                        "key(nothing): the look-up has no key. Call key(...).",
                        "columns(nothing): the look-up adds no column. Call columns(...).");
    }

    @Test
    void aColumnThatTheStreamDoesNotHave() {
        assertThat(problems(customers.key("zip", "name"), keys("long")))
                .containsExactly("key(zip): there is no such column (columns: n, key). Name one of these, or add the"
                        + " column in an earlier step.");
    }

    @Test
    void aColumnThatTheStreamHasAlready() {
        assertThat(problems(customers.column("name", "N").markingMisses("Key"), keys("long")))
                .containsExactly(
                        "columns(N): two columns would be named N. Rename yours in an earlier step, or give this one"
                                + " another name by column(name, as).",
                        "markingMisses(Key): two columns would be named Key. Rename yours in an earlier step, or give"
                                + " this one another name by column(name, as).");
    }

    @Test
    void aTableThatDoesNotExist() {
        assertThat(problems(customers.table("Customers"), keys("long")))
                .singleElement()
                .asString()
                .contains("table(Customers): there is no such table for ", "Did you mean table(\"customers\")?");
    }

    @Test
    void columnsThatTheTableDoesNotHave() {
        JdbcLookup lookup = Lookups.jdbc(Server.database())
                .table("customers")
                .key("key", "Id")
                .columns("Segment", "zip");

        assertThat(problems(lookup, keys("long")))
                .containsExactly(
                        "key(Id): \"customers\" has no such column; it has id, segment, name, note. Did you mean"
                                + " \"id\"?",
                        "columns(Segment): \"customers\" has no such column; it has id, segment, name, note. Did you"
                                + " mean \"segment\"?",
                        "columns(zip): \"customers\" has no such column; it has id, segment, name, note. Name one of"
                                + " these.");
    }

    @Test
    void aKeyOfAnotherType() {
        assertThat(problems(customers, keys("string")))
                .containsExactly("key(key = id): the column of \"customers\" is bigint, in which the stream's string"
                        + " cannot be looked up. Cast the stream's column to the type of the table's in an earlier"
                        + " step.");
        assertThat(problems(customers, keys("double"))).hasSize(1);
    }

    @Test
    void aColumnThatSparkCannotRead() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS customers", "CREATE TABLE customers (id bigint PRIMARY KEY, segment uuid)");
        JdbcLookup lookup = Lookups.jdbc(MariaDb.database())
                .table("customers")
                .key("key", "id")
                .columns("segment");

        assertThat(problems(lookup, keys("long")))
                .singleElement()
                .asString()
                .startsWith("columns(segment): Spark cannot read one of them: ")
                .endsWith(". Leave it out, or add a column to the table that has it as text.");
    }

    @Test
    void aKeyThatIsNotUnique() {
        JdbcLookup byName = Lookups.jdbc(Server.database())
                .table("customers")
                .key("key", "name")
                .columns("segment");
        assertThat(problems(byName, keys("string")))
                .containsExactly("key(name): \"customers\" has no unique index on this column, so that a row could be"
                        + " found several times. CREATE UNIQUE INDEX ON \"customers\" (\"name\"), or name a key that"
                        + " is unique.");

        Server.execute("CREATE UNIQUE INDEX ON customers (name) WHERE segment IS NULL");
        assertThat(problems(byName, keys("string"))).hasSize(1);

        Server.execute("CREATE UNIQUE INDEX ON customers (name)");
        assertThat(problems(byName, keys("string"))).isEmpty();
    }

    @Test
    void aRightThatIsMissing() {
        Server.execute(
                "DO $$ BEGIN CREATE ROLE looker LOGIN PASSWORD 'looks'; EXCEPTION WHEN duplicate_object THEN NULL;"
                        + " END $$",
                "GRANT SELECT (id, name) ON customers TO looker");
        Database database =
                Database.at(Server.postgres().jdbcUrl()).user("looker").password(Secret.from(() -> "looks"));
        JdbcLookup lookup = Lookups.jdbc(database).table("customers").key("key", "id");

        assertThat(problems(lookup.columns("name", "note", "segment"), keys("long")))
                .singleElement()
                .asString()
                .contains(" lacks SELECT on \"note\", \"segment\". GRANT SELECT ON \"public\".\"customers\" TO that"
                        + " role.");
        assertThat(problems(lookup.columns("name"), keys("long"))).isEmpty();
    }

    @Test
    void aTableThatIsTooLargeToBeKept() {
        Server.execute("INSERT INTO customers SELECT g FROM generate_series(1, 11) g");

        assertThat(problems(customers.wholeTable().cacheAtMost(10), keys("long")))
                .singleElement()
                .asString()
                .contains("has more than 10 rows, and wholeTable() keeps no more than cacheAtMost(...) allows. Allow"
                        + " more, or leave wholeTable() out, so that rows are read by key.");
        assertThat(problems(customers.wholeTable().cacheAtMost(11), keys("long")))
                .isEmpty();
    }

    @Test
    void aServerOutOfReachMayComeBack() {
        Database away = Database.at("jdbc:postgresql://127.0.0.1:1/shop");

        List<Problem> problems =
                refusal(Lookups.jdbc(away).table("customers").key("key", "id").columns("segment"), keys("long"));

        assertThat(problems).singleElement().matches(Problem::isTransient);
    }

    @Test
    void callsThatCannotBeRight() {
        assertThatThrownBy(() -> customers.key("other", "id")).hasMessageContaining("part of the key already");
        assertThatThrownBy(() -> customers.columns("segment")).hasMessageContaining("adds a column of this name");
        assertThatThrownBy(() -> customers.droppingMisses().markingMisses("m"))
                .hasMessageContaining("Leave out one of them");
        assertThatThrownBy(() -> customers.markingMisses("m").droppingMisses())
                .hasMessageContaining("Leave out one of them");
        assertThatThrownBy(() -> customers.refreshedEvery(Duration.ofMinutes(1)))
                .hasMessageContaining("call wholeTable() first");
        assertThatThrownBy(() -> customers.wholeTable().refreshedEvery(Duration.ZERO))
                .hasMessageContaining("Use one second or more");
        assertThatThrownBy(() -> customers.cacheAtMost(0)).hasMessageContaining("use 1 or more");
        assertThatThrownBy(() -> customers.cachedFor(Duration.ofSeconds(-1))).hasMessageContaining("zero or more");
    }

    private static List<String> problems(JdbcLookup lookup, Dataset<Row> rows) {
        return refusal(lookup, rows).stream().map(Problem::toString).toList();
    }

    private static List<Problem> refusal(JdbcLookup lookup, Dataset<Row> rows) {
        Throwable refusal = catchThrowable(() -> lookup.apply(rows));
        return refusal instanceof ValidationException refused ? refused.problems() : List.of();
    }
}
