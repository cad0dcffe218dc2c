package io.millrace.samples;

import static io.millrace.core.Offsets.earliest;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of the guide takes the rows of the guide's pipeline, which is a project outside of this build. */
@StreamingTest
class RevenueTableTest {
    private static final Pattern TABLE = Pattern.compile("```sql\\n(CREATE TABLE revenue .*?)```", Pattern.DOTALL);
    private static final Path PIPELINE = Path.of("..", "samples/first-job/src/main/java/org/example/Revenue.java");

    @Test
    void tableOfTheGuideTakesTheRowsOfItsPipeline(SparkSession spark, @TempDir Path directory) throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("orders", 1);
        postgres.execute("DROP TABLE IF EXISTS revenue", tableOfTheGuide());
        Source orders = Sources.kafka(kafka.bootstrapServers()).topics("orders").startingFrom(earliest());
        Sink revenue = Sinks.jdbc(Database.at(postgres)).table("revenue").upsertOn("window_start", "shop");
        Pipeline pipeline = pipelineOfTheGuide(orders, revenue, directory.resolve("classes"));

        for (String amount : new String[] {"9.50", "0.50"}) {
            kafka.send("orders", "{\"shop\":\"north\",\"amount\":" + amount + ",\"time\":\"2026-01-01T00:01:00Z\"}");
            pipeline.availableNow()
                    .checkpointAt(directory.resolve("checkpoint").toString())
                    .start(spark)
                    .awaitTermination();
        }

        try (Connection connection = postgres.connect();
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT shop, revenue, extract(epoch FROM window_end - window_start)::int"
                                + " FROM revenue")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("north");
            assertThat(row.getString(2)).isEqualTo("10.00");
            assertThat(row.getInt(3)).isEqualTo(300);
            assertThat(row.next()).isFalse();
        }
    }

    private static String tableOfTheGuide() throws Exception {
        return TABLE.matcher(Files.readString(Path.of("..", "docs/guide.md")))
                .results()
                .map((MatchResult table) -> table.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static Pipeline pipelineOfTheGuide(Source orders, Sink revenue, Path classes) throws Exception {
        Files.createDirectory(classes);
        String classPath = System.getProperty("java.class.path");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classPath, "-d", classes.toString(), PIPELINE.toString());
        assertThat(status).isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Method pipeline =
                    loader.loadClass("org.example.Revenue").getDeclaredMethod("pipeline", Source.class, Sink.class);
            pipeline.setAccessible(true);
            return (Pipeline) pipeline.invoke(null, orders, revenue);
        }
    }
}
