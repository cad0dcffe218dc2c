package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.core.internal.json.JsonText.Numbers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds all fields of any document, in one pass over the tokens of Jackson. Documents that this pass cannot read as
 * Spark does (a syntax error, a root that is not a container, half a surrogate pair, names that collide) are read by
 * {@link JsonWalk}, field by field. For one thread: its state is reused from row to row.
 */
final class JsonTokenReader {
    /** A parser keeps every name it has seen: if names are data, such as user ids, it has to be replaced at times. */
    private static final int DOCUMENTS_PER_PARSER = 128;

    private final JsonTree tree;
    private final List<JsonPath> paths;
    private final List<Numbers> numbers;
    private final byte[] @Nullable [] values;
    private final boolean[] spreadBefore;
    private Tokens tokens = Tokens.open();
    private int documents;
    private byte[] document = {};
    private boolean settled;
    private @Nullable String malformed;

    /** {@code numbers} are how each field has its numbers written. */
    JsonTokenReader(List<JsonPath> paths, List<Numbers> numbers) {
        this.tree = JsonTree.of(paths);
        this.paths = paths;
        this.numbers = numbers;
        values = new byte[paths.size()][];
        spreadBefore = new boolean[paths.size()];
    }

    /** Reads {@code bytes}, for {@link #value} and {@link #malformed}. */
    void read(byte[] bytes) {
        Arrays.fill(values, null);
        Arrays.fill(spreadBefore, false);
        document = Utf8.repaired(bytes);
        malformed = null;
        try {
            settled = true;
            onePass();
        } catch (JsonProcessingException | RuntimeException e) {
            settled = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!settled) {
            fieldByField(bytes);
        }
    }

    /** The text of a field, NULL if Spark gives NULL. */
    byte @Nullable [] value(int field) {
        return values[field];
    }

    /** Why the document is not JSON, without its content; NULL if it is. */
    @Nullable String malformed() {
        return malformed;
    }

    private void onePass() throws IOException {
        if (++documents % DOCUMENTS_PER_PARSER == 0) {
            reopen();
        }
        tokens.feed().next(document);
        JsonToken root = tokens.parser().nextToken();
        if (root == JsonToken.START_OBJECT || root == JsonToken.START_ARRAY) {
            value(tree, root);
            // What follows the root value is ignored.
            tokens.parser().releaseBuffered(OutputStream.nullOutputStream());
        } else {
            settled = false;
        }
    }

    private void value(JsonTree here, JsonToken token) throws IOException {
        if (token.isStructStart()) {
            container(here, token);
        } else if (isWanted(here)) {
            put(here, tokens.parser());
        }
    }

    private void container(JsonTree here, JsonToken token) throws IOException {
        boolean isArray = token == JsonToken.START_ARRAY;
        boolean goesOn = isArray ? here.hasElements() : here.hasMembers();
        boolean isSpread = isArray && !here.spread().isEmpty();
        if (isSpread || (goesOn && isWanted(here))) {
            int from = tokens.feed()
                    .inDocument(tokens.parser().currentTokenLocation().getByteOffset());
            walk(here, isArray);
            int to = tokens.feed().inDocument(tokens.parser().currentLocation().getByteOffset());
            part(here, Arrays.copyOfRange(document, from, to));
        } else if (isWanted(here)) {
            put(here, tokens.parser());
        } else if (goesOn) {
            walk(here, isArray);
        } else {
            tokens.parser().skipChildren();
        }
    }

    private void walk(JsonTree here, boolean isArray) throws IOException {
        if (isArray) {
            elements(here);
        } else {
            members(here);
        }
    }

    private void members(JsonTree here) throws IOException {
        for (String name = tokens.parser().nextFieldName();
                name != null;
                name = tokens.parser().nextFieldName()) {
            JsonTree member = here.member(name);
            JsonToken token = tokens.parser().nextToken();
            if (member == null || token == JsonToken.VALUE_NULL) {
                tokens.parser().skipChildren();
            } else {
                value(member, token);
            }
        }
    }

    private void elements(JsonTree here) throws IOException {
        long index = 0;
        for (JsonToken token = tokens.parser().nextToken();
                token != JsonToken.END_ARRAY;
                token = tokens.parser().nextToken()) {
            JsonTree element = here.element(index++);
            if (element == null) {
                tokens.parser().skipChildren();
            } else {
                value(element, token);
            }
        }
    }

    /** A container whose text is wanted as well as values in it, or whose every element is wanted: read on its own. */
    private void part(JsonTree here, byte[] part) throws IOException {
        if (isWanted(here)) {
            try (JsonParser again = tokens.factory().createParser(part)) {
                again.nextToken();
                put(here, again);
            }
        }
        for (Map.Entry<Integer, List<JsonPath.Step>> spread : here.spread().entrySet()) {
            int field = spread.getKey();
            if (values[field] == null) {
                // Spark may have written brackets the first time, and would continue after them.
                settled &= !spreadBefore[field];
                spreadBefore[field] = true;
                values[field] = JsonWalk.find(part, spread.getValue(), numbers.get(field));
            }
        }
    }

    /** Of members with the same name, the first that is found counts. */
    private boolean isWanted(JsonTree here) {
        return here.fields().length > 0 && values[here.fields()[0]] == null;
    }

    private void put(JsonTree here, JsonParser parser) throws IOException {
        if (hasPart(here)) {
            putPart(here, tokens.text().part(parser));
            return;
        }
        boolean isNumber = parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
        byte[] text = null;
        for (int field : here.fields()) {
            if (isNumber && numbers.get(field) == Numbers.DIGITS) {
                values[field] = JsonText.digits(parser);
            } else {
                text = text == null ? tokens.text().of(parser) : text;
                values[field] = text;
            }
        }
    }

    private boolean hasPart(JsonTree here) {
        for (int field : here.fields()) {
            if (numbers.get(field).isPart()) {
                return true;
            }
        }
        return false;
    }

    /** The other fields of the same value have Spark's text of it, which is made of the part. */
    private void putPart(JsonTree here, byte[] part) throws IOException {
        for (int field : here.fields()) {
            values[field] = numbers.get(field).isPart() ? part : JsonWalk.find(part, List.of(), numbers.get(field));
        }
    }

    private void fieldByField(byte[] bytes) {
        tokens = Tokens.open();
        Arrays.fill(values, null);
        malformed = JsonSyntax.malformed(document);
        if (malformed == null) {
            malformed = walkEach();
        } else {
            malformed = Objects.requireNonNullElse(JsonSyntax.ofRegistry(bytes), malformed);
        }
    }

    /** Why that failed, or NULL: one record must not end the query. */
    private @Nullable String walkEach() {
        try {
            for (int field = 0; field < paths.size(); field++) {
                values[field] = JsonWalk.find(document, paths.get(field).steps(), numbers.get(field));
            }
            return null;
        } catch (RuntimeException e) {
            Arrays.fill(values, null);
            return JsonSyntax.failed(e);
        }
    }

    private void reopen() {
        tokens.close();
        tokens = Tokens.open(tokens.factory());
    }

    /**
     * The parser and its parts. An error leaves them, and the table of names, in an unknown state: they are opened
     * anew.
     */
    private record Tokens(JsonFactory factory, JsonFeed feed, JsonParser parser, JsonText text) {
        private static final byte[] PRIMER = {'{', '}'};

        void close() {
            try {
                parser.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static Tokens open() {
            return open(JsonSyntax.withNames());
        }

        /**
         * The encoding of a stream is guessed from its first bytes: the primer settles it, whatever the first row is.
         */
        static Tokens open(JsonFactory factory) {
            try {
                JsonFeed feed = new JsonFeed();
                feed.next(PRIMER);
                JsonParser parser = factory.createParser(feed);
                parser.nextToken();
                parser.nextToken();
                return new Tokens(factory, feed, parser, new JsonText(factory));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
