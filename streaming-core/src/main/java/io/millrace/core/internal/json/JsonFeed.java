package io.millrace.core.internal.json;

import java.io.IOException;
import java.io.InputStream;

/**
 * Feeds one document after another to the same parser, since opening a parser for each row costs a tenth of the
 * reading. A document that ends too early sees the end of the stream, and its parser is not used again.
 */
final class JsonFeed extends InputStream {
    private byte[] document = {};
    private int position;
    private long before;

    void next(byte[] document) {
        before += position;
        this.document = document;
        position = 0;
    }

    /** The position in its document of the byte that the parser counts as {@code offset}. */
    int inDocument(long offset) {
        return (int) (offset - before);
    }

    @Override
    public int read() throws IOException {
        return position < document.length ? document[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int from, int count) {
        if (position == document.length) {
            return -1;
        }
        int bytes = Math.min(count, document.length - position);
        System.arraycopy(document, position, target, from, bytes);
        position += bytes;
        return bytes;
    }
}
