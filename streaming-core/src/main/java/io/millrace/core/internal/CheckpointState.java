package io.millrace.core.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What a query continues from: the last batch that Spark has planned in a checkpoint. Reads what {@code OffsetSeqLog}
 * and {@code StreamMetadata} of Spark 3.5 to 4.2 write.
 *
 * @param batch the id of the batch
 * @param offsets those of its sources, in their order, as JSON; {@code -} for a source that has given no row yet
 * @param settings of the session, which the checkpoint overrides
 */
public record CheckpointState(long batch, List<String> offsets, Map<String, String> settings) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The state of the checkpoint at {@code location}; empty if no batch is planned there. Writes nothing. */
    public static Optional<CheckpointState> of(SparkSession spark, String location) {
        try {
            Path log = new Path(location, "offsets");
            Optional<Long> latest = CheckpointFiles.latestBatch(spark, log);
            if (latest.isEmpty()) {
                return Optional.empty();
            }
            Path file = new Path(log, latest.get().toString());
            return Optional.of(
                    of(latest.get(), CheckpointFiles.read(spark, file).orElse("")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of the query that the checkpoint at {@code location} belongs to; empty if none has started there. */
    static Optional<UUID> queryId(SparkSession spark, String location) {
        try {
            Optional<String> metadata = CheckpointFiles.read(spark, new Path(location, "metadata"));
            return metadata.isEmpty()
                    ? Optional.empty()
                    : Optional.of(UUID.fromString(texts(metadata.get()).getOrDefault("id", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // A line each for the version, the metadata and each source. In version 2 the names of the sources come first.
    private static CheckpointState of(long batch, String file) throws IOException {
        List<String> lines = file.lines().toList();
        boolean named = !lines.isEmpty() && lines.get(0).equals("v2");
        boolean known = named || (!lines.isEmpty() && lines.get(0).equals("v1"));
        if (!known || lines.size() < 2) {
            throw new IOException("not a file of offsets of a version that is known");
        }
        List<String> offsets = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            offsets.add(named ? line.substring(line.indexOf(':') + 1) : line);
        }
        return new CheckpointState(batch, offsets, texts(lines.get(1)));
    }

    /** The values of a document that are texts, at whatever depth, by their names. */
    private static Map<String, String> texts(String document) throws IOException {
        Map<String, String> texts = new HashMap<>();
        try (JsonParser parser = JSON.createParser(document)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    texts.put(parser.currentName(), parser.getText());
                }
            }
        }
        return texts;
    }
}
