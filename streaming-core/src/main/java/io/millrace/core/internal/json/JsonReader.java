package io.millrace.core.internal.json;

import io.millrace.core.internal.json.JsonText.Numbers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds all fields of a document: by {@link JsonScanner} if the document is plain, else by {@link JsonTokenReader},
 * with the same values. For one thread: its state is reused from row to row.
 */
final class JsonReader {
    private final JsonScanner scanner;
    private final JsonTokenReader tokens;
    private boolean isScanned;

    /** {@code numbers} are how each field has its numbers written. */
    JsonReader(List<JsonPath> paths, List<Numbers> numbers) {
        scanner = new JsonScanner(paths, numbers);
        tokens = new JsonTokenReader(paths, numbers);
    }

    /** Reads {@code bytes}, for {@link #value} and {@link #malformed}. */
    void read(byte[] bytes) {
        isScanned = scanner.isRead(bytes);
        if (!isScanned) {
            tokens.read(bytes);
        }
    }

    /** The text of a field, NULL if Spark gives NULL. */
    byte @Nullable [] value(int field) {
        return isScanned ? scanner.value(field) : tokens.value(field);
    }

    /** Why the document is not JSON, without its content; NULL if it is. */
    @Nullable String malformed() {
        return isScanned ? null : tokens.malformed();
    }
}
