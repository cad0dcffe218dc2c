package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathsTest {
    private final Path directory;

    LocalPathsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "50%", "a%20b", "a#b", "a:b", "ü", "a+b", "a&b=c;d,e", "~"})
    void aPathIsReadAndWrittenAsItIs(String name) throws Exception {
        Path in = Files.createDirectory(directory.resolve(name));
        Path out = directory.resolve("out").resolve(name);
        Path checkpoint = directory.resolve("checkpoint").resolve(name);

        Path done = directory.resolve("done").resolve(name);

        for (int start = 0; start < 2; start++) {
            Files.writeString(in.resolve(start + ".txt"), "line " + start + "\n");
            run(Pipeline.named("local")
                    .from(Sources.text(in).archivingDoneFilesTo(done))
                    .to(rows -> rows.writeStream().format("text").option("path", out.toString()))
                    .availableNow()
                    .checkpointAt(checkpoint));
        }

        Dataset<Row> written = Spark.session().read().text(out.toString());
        assertThat(written.as(Encoders.STRING()).collectAsList()).containsExactlyInAnyOrder("line 0", "line 1");
        assertThat(checkpoint.resolve("offsets").resolve("0")).exists();
        try (Stream<Path> files = Files.walk(done)) {
            assertThat(files.filter(Files::isRegularFile))
                    .singleElement()
                    .isEqualTo(done.resolve(Path.of("/").relativize(in.resolve("0.txt"))));
        }
    }

    @Test
    void aPathIsLocalWhateverTheDefaultFileSystemIs() {
        assertThat(Sources.json(Path.of("in/../hits")).describe())
                .isEqualTo("json(path=file://" + Path.of("hits").toAbsolutePath() + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "a?", "{a,b}", "[a]", "a\\b"})
    void aPathThatSparkWouldTakeAsAPatternIsRefused(String name) {
        assertThatThrownBy(() -> Sources.csv(Path.of("/data", name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("csv(/data/" + name + "): Spark reads {}[]*? and \\ as a pattern of names. Rename the"
                        + " directory, or name a pattern by a text.");
    }

    @Test
    void aPathThatIsNotInTheDefaultFileSystemIsRefused() throws Exception {
        URI archive = URI.create("jar:" + directory.resolve("a.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path inside = zip.getPath("/hits");
            assertThatThrownBy(() -> Pipeline.named("a").checkpointAt(inside))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("checkpointAt(/hits): this path is in a jar file system, and Spark only knows those of"
                            + " Hadoop. Name it by a text such as s3a://bucket/hits.");
        }
        assertThatThrownBy(() -> Sources.orc(Path.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orc(\"\"): the path is blank. Name a directory.");
    }

    private static void run(Pipeline pipeline) throws Exception {
        SparkSession spark = Spark.session();
        StreamingQuery query = pipeline.start(spark);
        query.awaitTermination();
    }
}
