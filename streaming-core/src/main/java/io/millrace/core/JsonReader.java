package io.millrace.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds all fields of a document in one pass over its bytes. What this pass cannot settle as Spark does (a syntax error,
 * a root that is no container, half a surrogate pair) is settled by {@link Exact}, field by field. For one thread: its
 * state is reused from row to row.
 */
final class JsonReader {
    /** What Spark itself finds in a document: text in UTF-8, or NULL. */
    @FunctionalInterface
    interface Exact {
        byte @Nullable [] find(byte[] document, String path);
    }

    /** A parser keeps every name it has seen: where names are data, such as user ids, it has to forget them at times. */
    private static final int DOCUMENTS_PER_PARSER = 128;

    private final JsonTree tree;
    private final List<String> paths;
    private final Exact exact;
    private final byte[] @Nullable [] values;
    private final boolean[] spreadBefore;
    private Tokens tokens = Tokens.open();
    private int documents;
    private byte[] document = {};
    private boolean settled;
    private @Nullable String malformed;

    JsonReader(JsonTree tree, List<String> paths, Exact exact) {
        this.tree = tree;
        this.paths = paths;
        this.exact = exact;
        values = new byte[paths.size()][];
        spreadBefore = new boolean[paths.size()];
    }

    /** Reads {@code bytes}, which then {@link #value} and {@link #malformed} speak of. */
    void read(byte[] bytes) {
        Arrays.fill(values, null);
        Arrays.fill(spreadBefore, false);
        document = Utf8.repaired(bytes);
        malformed = null;
        try {
            settled = true;
            onePass();
        } catch (JsonProcessingException e) {
            settled = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!settled) {
            fieldByField();
        }
    }

    /** The text of a field, NULL where Spark gives NULL. */
    byte @Nullable [] value(int field) {
        return values[field];
    }

    /** Why the document is not JSON, without a word of it; NULL where it is. */
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
            // What follows the root value does not count.
            tokens.parser().releaseBuffered(OutputStream.nullOutputStream());
        } else {
            settled = false;
        }
    }

    private void value(JsonTree here, JsonToken token) throws IOException {
        if (token.isStructStart()) {
            container(here, token);
        } else if (isWanted(here)) {
            put(here, tokens.text().of(tokens.parser()));
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
            put(here, tokens.text().of(tokens.parser()));
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

    /** A container whose text is wanted as well as what is in it, or whose every element is: read apart. */
    private void part(JsonTree here, byte[] part) throws IOException {
        if (isWanted(here)) {
            try (JsonParser again = JsonSyntax.FACTORY.createParser(part)) {
                again.nextToken();
                put(here, tokens.text().of(again));
            }
        }
        for (Map.Entry<Integer, String> spread : here.spread().entrySet()) {
            int field = spread.getKey();
            if (values[field] == null) {
                // Spark may have written brackets the first time, and would go on behind them.
                settled &= !spreadBefore[field];
                spreadBefore[field] = true;
                values[field] = exact.find(part, spread.getValue());
            }
        }
    }

    /** Of members with the same name, the first that is found counts. */
    private boolean isWanted(JsonTree here) {
        return here.fields().length > 0 && values[here.fields()[0]] == null;
    }

    private void put(JsonTree here, byte[] value) {
        for (int field : here.fields()) {
            values[field] = value;
        }
    }

    private void fieldByField() {
        malformed = JsonSyntax.malformed(document);
        for (int field = 0; field < paths.size(); field++) {
            values[field] = malformed == null ? exact.find(document, paths.get(field)) : null;
        }
        reopen();
    }

    private void reopen() {
        tokens.close();
        tokens = Tokens.open();
    }

    /** What a syntax error leaves in a state that nobody knows, and so is opened anew. */
    private record Tokens(JsonFeed feed, JsonParser parser, JsonText text) {
        private static final byte[] PRIMER = {'{', '}'};

        void close() {
            try {
                parser.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The encoding of a stream is guessed from its first bytes: the primer settles it, whatever the first row is. */
        static Tokens open() {
            try {
                JsonFeed feed = new JsonFeed();
                feed.next(PRIMER);
                JsonParser parser = JsonSyntax.FACTORY.createParser(feed);
                parser.nextToken();
                parser.nextToken();
                return new Tokens(feed, parser, new JsonText());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
