package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.Sinks;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The collation of a string is Spark's way to compare it, which the server does not share. */
class CollationTest {
    private static final StructType SCHEMA = new StructType()
            .add("id", "int")
            .add("name", "string collate UTF8_LCASE")
            .add("tags", "array<string collate UNICODE_CI>");

    @Test
    void aStringIsWrittenAsItIs() {
        Server.execute("DROP TABLE IF EXISTS typed", "CREATE TABLE typed (id int PRIMARY KEY, name text, tags text[])");
        Server.write(
                Sinks.jdbc(Server.database()).table("typed").upsertOn("id").writer(SCHEMA),
                row(1, "Aä", ScalaCollections.seq(List.of("B", "b"))));
        assertThat(Server.rows("SELECT * FROM typed")).containsExactly("1|Aä|{B,b}");

        MariaDb.execute(
                "DROP TABLE IF EXISTS typed",
                "CREATE TABLE typed (id int PRIMARY KEY, name text) CHARACTER SET utf8mb4");
        Server.write(
                Sinks.jdbc(MariaDb.database()).table("typed").upsertOn("id").writer(SCHEMA_WITHOUT_TAGS), row(1, "Aä"));
        assertThat(MariaDb.rows("SELECT * FROM typed")).containsExactly("1|Aä");
    }

    private static final StructType SCHEMA_WITHOUT_TAGS =
            new StructType().add("id", "int").add("name", "string collate UTF8_LCASE");

    /** Two spellings of a group would be two rows of the table. */
    @Test
    void aKeyIsRefusedSinceTheServerWouldHoldOtherTextsForEqual() {
        Server.execute("DROP TABLE IF EXISTS typed", "CREATE TABLE typed (name text PRIMARY KEY, id int)");
        JdbcTarget postgres = Sinks.jdbc(Server.database()).table("typed");
        String refusal = "(name): this key column is a string collate UTF8_LCASE, but the table's unique index decides"
                + " which keys are equal. Cast it to string. If keys may differ in what the collation ignores, such as"
                + " case, give them one spelling first, as lower(...) does.";

        assertThatThrownBy(() -> postgres.upsertOn("name").writer(SCHEMA_WITHOUT_TAGS))
                .hasMessageContaining("upsertOn" + refusal);
        assertThatThrownBy(() -> postgres.upsertExactlyOnce("name").batches(SCHEMA_WITHOUT_TAGS))
                .hasMessageContaining("upsertExactlyOnce" + refusal);

        MariaDb.execute("DROP TABLE IF EXISTS typed", "CREATE TABLE typed (name varchar(9) PRIMARY KEY, id int)");
        assertThatThrownBy(() -> Sinks.jdbc(MariaDb.database())
                        .table("typed")
                        .upsertOn("name")
                        .writer(SCHEMA_WITHOUT_TAGS))
                .hasMessageContaining("upsertOn" + refusal);
    }
}
