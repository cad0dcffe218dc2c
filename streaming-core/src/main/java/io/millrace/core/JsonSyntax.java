package io.millrace.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON as {@code get_json_object} takes it. */
final class JsonSyntax {
    /** Configured as Spark's; names are looked up in our own tree, so interning them would be work for nothing. */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // One generator writes many values, one by one.
            .rootValueSeparator((String) null)
            .build();

    private JsonSyntax() {}

    /** Why {@code document} is not JSON up to the end of its root value, without a word of it; NULL where it is. */
    static @Nullable String malformed(byte[] document) {
        // Spark reads characters, not bytes, and that decides about a byte order mark.
        try (JsonParser parser = FACTORY.createParser(
                new InputStreamReader(new ByteArrayInputStream(document), StandardCharsets.UTF_8))) {
            return malformed(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String malformed(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() == null) {
                return "malformed JSON: there is no value";
            }
            parser.skipChildren();
            return null;
        } catch (JsonProcessingException e) {
            // Not the location of the error, which one about a limit does not have.
            return "malformed JSON at character " + parser.currentLocation().getCharOffset() + ": " + withoutContent(e);
        }
    }

    private static String withoutContent(JsonProcessingException e) {
        return e.getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("'[^']*'", "'...'")
                .replaceAll(" \\(start marker.*", "");
    }
}
