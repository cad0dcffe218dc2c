package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Sink;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statement of docs/backfill.md that puts dead letters back into their table. */
class DeadLetterRepairTest {
    private static final String COLUMNS = "id, zip, price, at, day, ratio, sure, n";

    @BeforeEach
    void refuseRows(@TempDir Path checkpoint) throws Exception {
        Server.execute(
                "DROP TABLE IF EXISTS audit, refused, millrace_fence",
                "CREATE TABLE audit (id bigint PRIMARY KEY, zip varchar(3), price numeric(38, 18), at timestamptz,"
                        + " day date, ratio double precision, sure boolean, n text)");
        Sink sink = Sinks.jdbc(Server.database()).table("audit").upsertOn("id").deadLettersTo("refused");
        Dataset<Row> rows = TestStreams.session()
                .readStream()
                .format("rate-micro-batch")
                .option("rowsPerBatch", 2)
                .load()
                .where("value < 2")
                .selectExpr(
                        "value as id",
                        "if(value = 0, '94105', 'über, \"5\"\\\\') as zip",
                        "cast('12345678901234567890.123456789012345678' as decimal(38, 18)) as price",
                        "timestamp '2026-01-01 12:00:00.123456' as at",
                        "date '2026-03-29' as day",
                        "double('NaN') as ratio",
                        "true as sure",
                        "cast(null as string) as n");
        sink.write(rows)
                .option("checkpointLocation", checkpoint.toString())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
        assertThat(Server.rows("SELECT count(*) FROM audit")).containsExactly("0");
        assertThat(Server.rows("SELECT DISTINCT target, sqlstate FROM refused")).containsExactly("audit|22000");
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("2");
    }

    @Test
    void theRowsAreInTheTableAsTheyWereSentAndTheirLettersAreGone() throws Exception {
        Server.execute("ALTER TABLE audit ALTER zip TYPE text");

        Server.execute(statement());
        Server.execute(statement());

        assertThat(Server.rows("SELECT " + COLUMNS + " FROM audit ORDER BY id"))
                .isEqualTo(Server.rows("SELECT v.* FROM (VALUES (0, '94105'), (1, 'über, \"5\"\\')) AS k (id, zip),"
                        + " LATERAL (SELECT k.id, k.zip, 12345678901234567890.123456789012345678::numeric(38, 18),"
                        + " '2026-01-01T12:00:00.123456Z'::timestamptz, '2026-03-29'::date, 'NaN'::float8, true,"
                        + " NULL::text) AS v"));
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("0");
    }

    @Test
    void ifOneRowIsRefusedAgainNothingChanges() throws Exception {
        Server.execute("ALTER TABLE audit ALTER zip TYPE varchar(5)");

        assertThatThrownBy(() -> Server.execute(statement())).hasMessageContaining("too long");

        assertThat(Server.rows("SELECT count(*) FROM audit")).containsExactly("0");
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("2");
        Server.execute(statement().replace(" document) AS", " document || '{\"zip\": \"1000\"}') AS"));
        assertThat(Server.rows("SELECT DISTINCT zip FROM audit")).containsExactly("1000");
    }

    @Test
    void aNewerRowOfTheKeyStays() throws Exception {
        Server.execute("ALTER TABLE audit ALTER zip TYPE text", "INSERT INTO audit (id, zip) VALUES (1, 'newer')");

        Server.execute(statement());

        assertThat(Server.rows("SELECT zip FROM audit ORDER BY id")).isEqualTo(List.of("94105", "newer"));
        assertThat(Server.rows("SELECT count(*) FROM refused")).containsExactly("0");
    }

    private static String statement() throws IOException {
        Matcher block = Pattern.compile("```sql\\n(.*?);\\n```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "backfill.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }
}
