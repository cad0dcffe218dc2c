package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.KafkaSecurity;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.ValidationException;
import io.millrace.sinks.jdbc.JdbcUpsert;
import io.millrace.sinks.jdbc.Server;
import io.millrace.testkit.servers.TestKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Source and sink on a broker with encryption, passwords and permissions by topic. */
class SecuredKafkaTest {
    private static final String CANARY = "canary-4711\"\\";

    @RegisterExtension
    static final TestKafka KAFKA =
            TestKafka.configured().user("shop", CANARY).user("stranger", CANARY).start();

    private final Path directory;
    private final String in;
    private final String out;

    SecuredKafkaTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.in = test.getTestMethod().orElseThrow().getName() + "-in";
        this.out = test.getTestMethod().orElseThrow().getName() + "-out";
        KAFKA.createTopic(in, 2);
        KAFKA.createTopic(out, 2);
        send(in, "94105", "10001");
    }

    @Test
    void sourceAndSinkLogInThroughTlsAndNoLogPlanOrCheckpointHoldsThePassword() throws Exception {
        KAFKA.grant("shop", in);
        KAFKA.grant("shop", out);
        KafkaSecurity security = security("shop", CANARY);
        Dataset<Row> hits = source(security).load(session());
        KafkaSink sink = sink(security);

        List<String> log;
        try (KeptLog kept = KeptLog.ofAll()) {
            assertThat(refusals(sink, hits)).isEmpty();
            run(sink, hits, directory.resolve("checkpoint"));
            log = kept.lines();
        }

        assertThat(values(out)).containsExactlyInAnyOrder("94105", "10001");
        assertThat(log).as("log lines of Kafka's clients").anyMatch(line -> line.contains("sasl.jaas.config"));
        assertThat(log).noneMatch(line -> line.contains("canary"));
        assertThat(hits.queryExecution().toString() + sink.describe() + security)
                .doesNotContain("canary");
        assertThat(checkpoint()).isNotEmpty().noneMatch(file -> file.contains("canary"));
    }

    @Test
    void deadLettersOfATableGoThereAndNeitherPlanNorLogHoldsThePassword() throws Exception {
        KAFKA.grant("shop", out);
        Server.execute("DROP TABLE IF EXISTS secured", "CREATE TABLE secured (id int PRIMARY KEY CHECK (id > 1))");
        JdbcUpsert sink = Sinks.jdbc(Server.database())
                .table("secured")
                .upsertOn("id")
                .deadLettersTo(Sinks.kafka(KAFKA.securedServers()).topic(out).security(security("shop", CANARY)));

        ByteArrayOutputStream task = new ByteArrayOutputStream();
        List<String> log;
        try (KeptLog kept = KeptLog.ofAll()) {
            ForeachWriter<Row> writer = sink.writer("id INT");
            new ObjectOutputStream(task).writeObject(writer);
            writer.open(0, 0);
            writer.process(Server.row(1));
            writer.process(Server.row(2));
            writer.close(null);
            log = kept.lines();
        }

        assertThat(values(out)).containsExactly("{\"id\":1}");
        assertThat(log).as("log lines of Kafka's clients").noneMatch(line -> line.contains("canary"));
        assertThat(task.toString(StandardCharsets.ISO_8859_1) + sink).doesNotContain("canary");
        assertThat(sink.describe()).contains("kafka topic " + out + " at " + KAFKA.securedServers() + " by SASL_SSL");
    }

    @Test
    void aWrongPasswordIsReported() throws Exception {
        KafkaSecurity wrong = security("shop", "canary-wrong");

        assertThat(refusals(sink(wrong), hits().selectExpr("zip as value")))
                .containsExactly("security(" + KAFKA.securedServers() + "): the brokers refuse to log this job in"
                        + " (SaslAuthenticationException). Check user, password and mechanism.");
        assertThat(failureOfTheSource(wrong))
                .contains("SaslAuthenticationException: Authentication failed: Invalid username or password")
                .doesNotContain("canary");
    }

    @Test
    void aCertificateThatIsNotTrustedIsReported() throws Exception {
        KafkaSecurity trustsNobodyHere = KafkaSecurity.plain("shop", password(CANARY));

        assertThat(refusals(sink(trustsNobodyHere), hits().selectExpr("zip as value")))
                .containsExactly("security(" + KAFKA.securedServers() + "): this job does not trust the certificate of"
                        + " the brokers, or they do not trust its own (SunCertPathBuilderException). Name the authority"
                        + " that signed it with trusting(...), and the brokers as the certificate does.");
        assertThat(failureOfTheSource(trustsNobodyHere))
                .contains("unable to find valid certification path to requested target")
                .doesNotContain("canary");
    }

    @Test
    void missingPermissionsAreReportedWithTheTopic() throws Exception {
        KafkaSecurity stranger = security("stranger", CANARY);

        assertThat(refusals(sink(stranger), hits().selectExpr("zip as value")))
                .containsExactly("topic(" + out + "): the user of this job may not write to it"
                        + " (TopicAuthorizationException). Grant it DESCRIBE and WRITE on the topic.");
        assertThat(failureOfTheSource(stranger))
                .contains("TopicAuthorizationException: Topic authorization failed.")
                .doesNotContain("canary");
    }

    @Test
    void theSourceReportsBeforeTheStartWhyItCannotRead() throws Exception {
        KAFKA.grant("shop", in);
        KafkaSource shop = Sources.kafka(KAFKA.securedServers()).security(security("shop", CANARY));

        assertThat(refusalsOf(shop.topics(in))).isEmpty();
        assertThat(refusalsOf(shop.topicPattern(in + ".*"))).isEmpty();
        assertThat(refusalsOf(shop.partitions(in, 0).security(security("shop", "canary-wrong"))))
                .containsExactly("security(" + KAFKA.securedServers() + "): the brokers refuse to log this job in"
                        + " (SaslAuthenticationException). Check user, password and mechanism.");
        assertThat(refusalsOf(shop.topics(in).security(security("stranger", CANARY))))
                .containsExactly("topic(" + in + "): the user of this job may not read it"
                        + " (TopicAuthorizationException). Grant it DESCRIBE and READ on the topic.");
        assertThat(refusalsOf(Sources.kafka(KAFKA.bootstrapServers()).topics(in, "nowhere")))
                .containsExactly("topic(nowhere): the brokers at " + KAFKA.bootstrapServers()
                        + " have no such topic. Create it, or check the name: kafka-topics.sh --bootstrap-server "
                        + KAFKA.bootstrapServers() + " --create --topic nowhere.");
    }

    private static List<String> refusalsOf(Source source) {
        Pipeline pipeline = Pipeline.named("hits").from(source).to(Sinks.format("noop"));
        Throwable refused = catchThrowable(() -> pipeline.validate(session()));
        return refused instanceof ValidationException invalid
                ? invalid.problems().stream().map(Problem::toString).toList()
                : List.of();
    }

    private Source source(KafkaSecurity security) {
        return Sources.kafka(KAFKA.securedServers())
                .topics(in)
                .startingFrom(Offsets.earliest())
                .security(security);
    }

    private KafkaSink sink(KafkaSecurity security) {
        return Sinks.kafka(KAFKA.securedServers())
                .topic(out)
                .valueFrom("value")
                .security(security)
                .patience(Duration.ofSeconds(20));
    }

    private String failureOfTheSource(KafkaSecurity security) {
        Dataset<Row> rows = source(security).load(session());
        Throwable failure = catchThrowable(() -> run(Sinks.format("noop"), rows, directory.resolve("checkpoint")));
        assertThat(failure).isNotNull();
        return ExceptionUtils.getStackTrace(failure);
    }

    private KafkaSecurity security(String user, String password) throws IOException {
        return KafkaSecurity.plain(user, password(password)).trusting(KAFKA.certificate());
    }

    private Secret password(String text) throws IOException {
        return Secret.file(Files.writeString(directory.resolve("password"), text));
    }

    private List<String> checkpoint() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("checkpoint"))) {
            return files.filter(Files::isRegularFile)
                    .map(SecuredKafkaTest::content)
                    .toList();
        }
    }

    private static String content(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(String topic, String... values) {
        session()
                .createDataset(List.of(values), Encoders.STRING())
                .write()
                .format("kafka")
                .option("kafka.bootstrap.servers", KAFKA.bootstrapServers())
                .option("topic", topic)
                .mode(SaveMode.Append)
                .save();
    }

    private static List<String> values(String topic) {
        return text(Sources.kafka(KAFKA.bootstrapServers())
                .topics(topic)
                .batch()
                .load(session())
                .selectExpr("cast(value as string)"));
    }
}
