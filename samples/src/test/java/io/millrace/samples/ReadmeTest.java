package io.millrace.samples;

import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

/** Contains the code of the README, so that it compiles; tests of the samples cover its behavior. */
class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void codeOfTheReadmeCompiles() throws IOException {
        Path here = Path.of("src", "test", "java", "io", "millrace", "samples");
        String code = Files.readString(here.resolve("ReadmeTest.java"))
                + Files.readString(here.resolve("ZipCountsTest.java"));

        List<String> blocks = JAVA.matcher(Files.readString(Path.of("..", "README.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.substring("```java".length(), block.length() - "```".length()))
                .toList();

        assertThat(blocks).hasSizeGreaterThan(2);
        assertThat(blocks).allSatisfy(block -> assertThat(flat(code)).contains(flat(block)));
    }

    static StreamingQuery whole(SparkSession spark, Database database) {
        StreamingQuery query = Pipeline.named("zip-traffic")
                .from(Sources.kafka("localhost:9092").topics("hits").startingFrom(Offsets.earliest()))
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(Transforms.withWatermark("hittime", ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .startingAt(ofMinutes(2))
                        .by("zip"))
                .to(Sinks.jdbc(database).table("zip_traffic").upsertOn("window_start", "zip"))
                .outputMode(update())
                .every(ofSeconds(10))
                .statePartitions(8)
                .checkpointAt("s3a://bucket/zip-traffic")
                .start(spark); // Spark's own StreamingQuery
        return query;
    }

    static StreamingQuery alone(Dataset<Row> hits, Database database) throws TimeoutException {
        Dataset<Row> zips = hits.transform(Transforms.jsonField("zip", "$.zip")).select("offset", "zip");
        StreamingQuery query = zips.writeStream()
                .foreach(Sinks.jdbc(database).table("zips").upsertOn("offset").writer(zips.schema()))
                .start();
        return query;
    }

    private static String flat(String code) {
        return code.replaceAll("\\s+", "");
    }
}
