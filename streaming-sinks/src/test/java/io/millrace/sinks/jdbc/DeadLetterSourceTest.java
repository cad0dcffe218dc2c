package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Secret;
import io.millrace.core.ValidationException;
import io.millrace.sinks.TestStreams;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class DeadLetterSourceTest extends DeadLetterSourceCheck {
    @Override
    Database database() {
        return Server.database();
    }

    @Override
    void execute(String... statements) {
        Server.execute(statements);
    }

    @Override
    List<String> rows(String query) {
        return Server.rows(query);
    }

    @Override
    void refuseRemovals() {
        Server.execute(
                "CREATE FUNCTION keep_letter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " RAISE EXCEPTION 'kept'; END $$",
                "CREATE TRIGGER keep_letter BEFORE DELETE ON refused FOR EACH ROW EXECUTE FUNCTION keep_letter()");
    }

    @Override
    @AfterEach
    void allowRemovals() {
        Server.execute("DROP FUNCTION IF EXISTS keep_letter CASCADE");
    }

    @Override
    String typedColumns() {
        return "tiny smallint, small smallint, n int, big bigint, price numeric(38, 18), ratio double precision,"
                + " share real, sure boolean, bytes bytea, day date, at timestamptz, local timestamp, words text";
    }

    @Override
    List<Row> typedRows() {
        List<Row> rows = new ArrayList<>(super.typedRows());
        rows.add(row(
                3L,
                (byte) 0,
                (short) 0,
                0,
                0L,
                "0",
                Double.NaN,
                Float.NEGATIVE_INFINITY,
                true,
                new byte[] {1},
                "0001-01-03",
                "0001-01-03T00:00:00Z",
                "0001-01-03T00:00:00",
                ""));
        return rows;
    }

    @Test
    void aRoleThatMayNotRemoveLettersIsRefused() throws Exception {
        Server.execute(
                "DROP ROLE IF EXISTS reader",
                "CREATE ROLE reader LOGIN PASSWORD 'reader'",
                "GRANT SELECT ON refused TO reader");
        try {
            DeadLetterSource letters = Server.database()
                    .user("reader")
                    .password(Secret.from(() -> "reader"))
                    .deadLetters("refused")
                    .ofTable("audit")
                    .columns(COLUMNS);
            assertThatThrownBy(() -> letters.load(TestStreams.session()))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining(
                            "the role may not read and remove letters. GRANT SELECT, DELETE ON \"refused\"");
        } finally {
            Server.execute("DROP OWNED BY reader", "DROP ROLE reader");
        }
    }
}
