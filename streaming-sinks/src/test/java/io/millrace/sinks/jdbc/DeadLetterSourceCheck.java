package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refused rows are read back, fixed and written, on one database. */
abstract class DeadLetterSourceCheck {
    static final String COLUMNS = "id BIGINT, zip STRING";
    private static final int ROWS = 5;

    @TempDir
    private Path directory;

    abstract Database database();

    abstract void execute(String... statements);

    abstract List<String> rows(String query);

    /** Makes each removal of a letter fail, until {@link #allowRemovals}. */
    abstract void refuseRemovals();

    abstract void allowRemovals();

    @BeforeEach
    void refuseRows() throws Exception {
        execute(
                "DROP TABLE IF EXISTS audit, refused, other_refused, millrace_fence, millrace_ledger",
                "CREATE TABLE audit (id bigint PRIMARY KEY, zip varchar(3))");
        write("refused", ROWS);
    }

    private void write(String letters, int rows) throws Exception {
        Dataset<Row> sent = TestStreams.session()
                .readStream()
                .format("rate-micro-batch")
                .option("rowsPerBatch", rows)
                .load()
                .where("value < " + rows)
                .selectExpr("value as id", "concat('9410', value) as zip");
        run(Pipeline.named("live")
                .from(Sources.of(sent))
                .to(audit().upsertOn("id").deadLettersTo(letters))
                .checkpointAt(directory.resolve("live-" + letters))
                .availableNow());
        assertThat(rows("SELECT count(*) FROM " + letters)).containsExactly(Integer.toString(rows));
    }

    @Test
    void rowsAreFixedAndWrittenAndTheirLettersAreGone() throws Exception {
        run(repair(letters().maxLettersPerBatch(2), fixed(), audit().upsertOn("id")));

        assertThat(table()).containsExactly("0|941", "1|941", "2|941", "3|941", "4|941");
        assertThat(letterIds()).isEmpty();
        assertThat(directory.resolve("repair/millrace/letters/0")).isEmptyDirectory();
        assertThat(directory.resolve("repair/commits").toFile().list((all, name) -> name.matches("\\d+")))
                .hasSize(3);
    }

    @Test
    void aRowThatIsRefusedAgainIsALetterOfTheRepairOnceAndIsFoundByTheNext() throws Exception {
        Sink strict = audit().upsertOn("id").deadLettersTo("refused");
        Transform onlyOne = rows -> rows.selectExpr("id", "if(id = 1, left(zip, 3), zip) as zip");

        run(repair(letters().maxLettersPerBatch(2), onlyOne, strict));
        run(repair(letters().maxLettersPerBatch(2), onlyOne, strict));

        assertThat(table()).containsExactly("1|941");
        assertThat(letterIds()).hasSize(ROWS - 1);
        assertThat(rows("SELECT count(DISTINCT query_id) FROM refused")).containsExactly("1");
        run(repair(letters(), fixed(), strict).checkpointAt(directory.resolve("next")));
        assertThat(table()).hasSize(ROWS);
        assertThat(letterIds()).isEmpty();
    }

    @Test
    void aBatchThatFailsAfterItsWriteComesAgainWithTheSameLetters() throws Exception {
        for (Sink sink : List.of(
                audit().upsertOn("id"),
                audit().upsertExactlyOnce("id").allowNewCheckpoint(),
                audit().appendExactlyOnce().allowNewCheckpoint())) {
            execute("DELETE FROM audit", "DELETE FROM refused");
            allowNewLetters();
            String name = "repair-" + System.identityHashCode(sink);
            Pipeline repair =
                    repair(letters().maxLettersPerBatch(2), fixed(), sink).checkpointAt(directory.resolve(name));
            Path commits = directory.resolve(name).resolve("commits");

            refuseRemovals();
            assertThatThrownBy(() -> run(repair)).hasMessageContaining("Removing dead letters of \"audit\"");
            assertThat(table()).hasSize(2);
            assertThat(letterIds()).as("they are written, and still there").hasSize(ROWS);
            // As if the driver had ended after the write and before the commit.
            Files.delete(commits.resolve("0"));
            addAnEarlierLetter();
            allowRemovals();

            run(repair);
            assertThat(table()).containsExactly("0|941", "1|941", "2|941", "3|941", "4|941", "9|lat");
            assertThat(letterIds()).isEmpty();
        }
    }

    @Test
    void aBatchThatFailsBeforeItsWriteComesAgainWithTheSameLetters() throws Exception {
        List<Long> written = new ArrayList<>();
        AtomicBoolean fails = new AtomicBoolean(true);
        Sink sink = Sinks.foreachBatch((batch, id) -> {
            if (fails.get()) {
                throw new IllegalStateException("not yet");
            }
            batch.collectAsList().forEach(row -> written.add(row.getLong(0)));
        });
        Pipeline repair = repair(letters().maxLettersPerBatch(2), fixed(), sink);
        assertThatThrownBy(() -> run(repair)).hasStackTraceContaining("not yet");
        assertThat(letterIds()).hasSize(ROWS);
        addAnEarlierLetter();
        fails.set(false);

        run(repair);

        assertThat(written).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 9L);
        assertThat(letterIds()).isEmpty();
    }

    /** A letter that comes before all others in their order. */
    private void addAnEarlierLetter() {
        execute("INSERT INTO refused (target, query_id, digest, epoch, failed_at, reason, " + row()
                + ") VALUES ('audit', 'late', 'late', 0, '2020-01-01 00:00:00', 'late',"
                + " '{\"id\":9,\"zip\":\"late\"}')");
    }

    private void allowNewLetters() throws Exception {
        execute("DROP TABLE refused");
        deleteLive();
        write("refused", ROWS);
    }

    private void deleteLive() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("live-refused"))) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Test
    void aLetterThatIsMadeAnewMeanwhileStays() throws Exception {
        Sink meanwhile = Sinks.foreachBatch((batch, id) -> {
            batch.collectAsList();
            execute("UPDATE refused SET epoch = 77 WHERE epoch = 0 AND digest = (SELECT * FROM (SELECT min(digest)"
                    + " FROM refused) AS lowest)");
        });

        run(repair(letters(), fixed(), meanwhile));

        assertThat(rows("SELECT epoch FROM refused")).containsExactly("77");
    }

    @Test
    void aRehearsalRemovesNothing() throws Exception {
        Pipeline repair = repair(letters().maxLettersPerBatch(2), fixed(), audit().upsertOn("id"));
        refuseRemovals();
        assertThatThrownBy(() -> run(repair)).hasMessageContaining("Removing");
        allowRemovals();

        repair.rehearse(TestStreams.session());

        assertThat(letterIds()).hasSize(ROWS);
        run(repair);
        assertThat(letterIds()).isEmpty();
    }

    @Test
    void onlyTheChosenLettersAreRead() throws Exception {
        execute(
                "UPDATE refused SET failed_at = '2026-01-01 10:00:00'",
                "UPDATE refused SET failed_at = '2026-01-01 11:00:00', " + state() + " = '23505' WHERE " + row()
                        + " LIKE '%94101%'",
                "UPDATE refused SET failed_at = '2026-01-01 12:00:00' WHERE " + row() + " LIKE '%94102%'",
                "UPDATE refused SET target = 'other' WHERE " + row() + " LIKE '%94103%'");

        Instant eleven = Instant.parse("2026-01-01T11:00:00Z");
        run(repair(letters().sqlState("23%"), fixed(), audit().upsertOn("id")));
        assertThat(table()).containsExactly("1|941");
        run(repair(letters().since(eleven), fixed(), audit().upsertOn("id")).checkpointAt(directory.resolve("2")));
        assertThat(table()).containsExactly("1|941", "2|941");
        run(repair(letters().until(eleven), fixed(), audit().upsertOn("id")).checkpointAt(directory.resolve("3")));
        assertThat(table()).containsExactly("0|941", "1|941", "2|941", "4|941");
        assertThat(rows("SELECT target FROM refused")).containsExactly("other");
    }

    /** The columns of every type, without the key. */
    abstract String typedColumns();

    /** Rows of {@link #TYPED}, without those that the database does not hold. */
    List<Row> typedRows() {
        return List.of(
                row(
                        0L,
                        (byte) -128,
                        Short.MAX_VALUE,
                        Integer.MIN_VALUE,
                        Long.MIN_VALUE,
                        "12345678901234567890.123456789012345678",
                        Double.MAX_VALUE,
                        0.1f,
                        true,
                        new byte[] {0, -1, 127},
                        "2026-03-29",
                        "2026-10-25T00:30:00Z",
                        "2026-03-29T02:30:00",
                        "it's \\u0041 \"x\"\n"),
                row(
                        1L,
                        (byte) 127,
                        Short.MIN_VALUE,
                        Integer.MAX_VALUE,
                        Long.MAX_VALUE,
                        "-0.000000000000000001",
                        1e-300,
                        16777215f,
                        false,
                        new byte[0],
                        "1582-10-04",
                        "2026-10-25T01:30:00.123456Z",
                        "2026-01-01T00:00:00.000001",
                        "\ud83d\ude00 \\ e\u0301"),
                RowFactory.create(2L, null, null, null, null, null, null, null, null, null, null, null, null, null));
    }

    static final StructType TYPED = StructType.fromDDL("id BIGINT, tiny TINYINT, small SMALLINT, n INT, big BIGINT,"
            + " price DECIMAL(38, 18), ratio DOUBLE, share FLOAT, sure BOOLEAN, bytes BINARY, day DATE, at TIMESTAMP,"
            + " local TIMESTAMP_NTZ, words STRING");

    static Row row(Object... values) {
        Object[] typed = values.clone();
        typed[5] = new BigDecimal((String) values[5]);
        typed[10] = java.sql.Date.valueOf((String) values[10]);
        typed[11] = java.sql.Timestamp.from(Instant.parse((String) values[11]));
        typed[12] = LocalDateTime.parse((String) values[12]);
        return RowFactory.create(typed);
    }

    @Test
    void valuesOfAllTypesAreWrittenAsIfTheyHadNotBeenRefused() throws Exception {
        execute(
                "DROP TABLE IF EXISTS typed, typed_at_once",
                "CREATE TABLE typed_at_once (id bigint PRIMARY KEY, " + typedColumns() + ")",
                "CREATE TABLE typed (id bigint PRIMARY KEY, " + typedColumns() + ", CONSTRAINT never CHECK (id < 0))");
        List<Row> given = typedRows();
        for (JdbcUpsert sink : List.of(
                Sinks.jdbc(database()).table("typed_at_once").upsertOn("id"),
                Sinks.jdbc(database()).table("typed").upsertOn("id").deadLettersTo("refused"))) {
            Dataset<Row> numbers = TestStreams.session()
                    .readStream()
                    .format("rate-micro-batch")
                    .option("rowsPerBatch", given.size())
                    .load()
                    .where("value < " + given.size())
                    .selectExpr("value as id");
            run(Pipeline.named("typed")
                    .from(Sources.of(numbers.join(TestStreams.session().createDataFrame(given, TYPED), "id")))
                    .to(sink)
                    .checkpointAt(directory.resolve("typed-" + sink.hashCode()))
                    .availableNow());
        }
        assertThat(rows("SELECT count(*) FROM typed")).containsExactly("0");
        execute("ALTER TABLE typed DROP CONSTRAINT never");

        run(repair(
                database().deadLetters("refused").ofTable("typed").schema(TYPED),
                rows -> rows,
                Sinks.jdbc(database()).table("typed").upsertOn("id")));

        assertThat(rows("SELECT count(*) FROM typed")).containsExactly(Integer.toString(given.size()));
        assertThat(rows("SELECT * FROM typed ORDER BY id")).isEqualTo(rows("SELECT * FROM typed_at_once ORDER BY id"));
        assertThat(rows("SELECT count(*) FROM refused WHERE target = 'typed'")).containsExactly("0");
    }

    @Test
    void anotherTargetOnACheckpointWithLettersIsRefused() throws Exception {
        refuseRemovals();
        assertThatThrownBy(() -> run(repair(letters(), fixed(), audit().upsertOn("id"))))
                .hasMessageContaining("Removing");
        allowRemovals();

        DeadLetterSource other =
                database().deadLetters("refused").ofTable("other").columns(COLUMNS);
        assertThatThrownBy(() -> run(repair(other, fixed(), audit().upsertOn("id"))))
                .hasMessageContaining("give each repair a checkpoint of its own");
        assertThat(letterIds()).hasSize(ROWS);
    }

    @Test
    void columnsThatTheRowsDoNotHaveAndOthersFailTheQueryAndLoseNothing() throws Exception {
        for (String columns : List.of(
                "id BIGINT", "id BIGINT, zip STRING, n INT", "id BIGINT, zip BIGINT", "id STRING, zip STRING")) {
            DeadLetterSource wrong =
                    database().deadLetters("refused").ofTable("audit").columns(columns);
            assertThatThrownBy(() -> run(repair(wrong, rows -> rows, Sinks.memory())
                            .checkpointAt(directory.resolve(columns.replaceAll("\\W", "")))))
                    .as(columns)
                    .hasStackTraceContaining("is not as columns(...) says: ")
                    .hasStackTraceContaining("the digest ")
                    .satisfies(thrown -> assertThat(stackTrace(thrown)).doesNotContain("9410"));
        }
        assertThat(letterIds()).hasSize(ROWS);
    }

    @Test
    void whatCannotBeReadIsRefusedInWords() throws Exception {
        execute("DROP TABLE IF EXISTS audit_log", "CREATE TABLE audit_log (id bigint PRIMARY KEY)");

        assertThat(problems(database().deadLetters("refusd").ofTable("audit").columns(COLUMNS)))
                .contains("deadLetters(refusd): there is no such table for ");
        assertThat(problems(database().deadLetters("audit_log").ofTable("audit").columns(COLUMNS)))
                .contains("deadLetters(audit_log): this is not a table of dead letters: ")
                .contains("it has no column \"digest\"");
        assertThat(problems(database().deadLetters("refused")))
                .contains("columns(): the columns of the rows are not named")
                .contains("Call ofTable(...); there are letters of audit.");
        assertThat(problems(database().deadLetters("refused").ofTable("audit").columns("id BIGINT, id STRING")))
                .contains("a column is named twice");
        assertThat(problems(database().deadLetters("refused").ofTable("audit").columns("id BIGINT, gone VOID")))
                .contains("columns(gone): letters do not keep values of type void. Read it as STRING.");
        assertThatThrownBy(() -> repair(database().deadLetters("refused"), fixed(), audit().upsertOn("id"))
                        .validate(TestStreams.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Call ofTable(...)");
    }

    @Test
    void noLoginIsInThePlanOrTheCheckpoint() throws Exception {
        Dataset<Row> rows = letters().load(TestStreams.session());
        run(repair(letters(), fixed(), audit().upsertOn("id")));

        String shown = rows.queryExecution().toString() + letters() + everyFile(directory.resolve("repair"));
        assertThat(shown)
                .contains("dead-letters of \"audit\" in \"refused\"")
                .doesNotContain("jdbc:")
                .doesNotContain(
                        new String(Objects.requireNonNull(database().password()).reveal()))
                .doesNotContain("9410");
    }

    private static String everyFile(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .collect(Collectors.joining());
        }
    }

    private static String stackTrace(Throwable thrown) {
        java.io.StringWriter text = new java.io.StringWriter();
        thrown.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    private static String problems(DeadLetterSource source) {
        try {
            source.load(TestStreams.session());
            throw new AssertionError(source + " was not refused");
        } catch (ValidationException e) {
            return String.valueOf(e.getMessage());
        }
    }

    DeadLetterSource letters() {
        return database().deadLetters("refused").ofTable("audit").columns(COLUMNS);
    }

    private static Transform fixed() {
        return rows -> rows.selectExpr("id", "left(zip, 3) as zip");
    }

    JdbcTarget audit() {
        return Sinks.jdbc(database()).table("audit").retryFor(Duration.ofSeconds(20));
    }

    Pipeline repair(Source source, Transform fix, Sink sink) {
        return Pipeline.named("repair")
                .from(source)
                .via(fix)
                .to(sink)
                .checkpointAt(directory.resolve("repair"))
                .availableNow();
    }

    static void run(Pipeline pipeline) throws Exception {
        pipeline.start(TestStreams.session()).awaitTermination();
    }

    List<String> table() {
        return rows("SELECT id, zip FROM audit ORDER BY id");
    }

    private List<String> letterIds() {
        return rows("SELECT digest FROM refused");
    }

    /** The column of the row, quoted. */
    String row() {
        return database().dialect().quoted("row");
    }

    private String state() {
        return database().dialect().quoted("sqlstate");
    }
}
