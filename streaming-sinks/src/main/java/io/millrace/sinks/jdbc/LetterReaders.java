package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.RowJsonException;
import io.millrace.sinks.jdbc.dialect.RowJsonReader;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.jspecify.annotations.Nullable;

/** Reads the rows of letters in the tasks. */
record LetterReaders(LetterTable letters) implements PartitionReaderFactory {
    /** Letters in one statement; their rows are in memory. */
    private static final int AT_ONCE = 500;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
        return new Reader(letters, ((Batch) partition).keys);
    }

    @Override
    public String toString() {
        return letters.label();
    }

    /** The letters of one batch. */
    record Batch(List<LetterKey> keys) implements InputPartition {}

    private static final class Reader implements PartitionReader<InternalRow> {
        private final LetterTable letters;
        private final List<LetterKey> keys;
        private final RowJsonReader json;
        private final scala.Function1<Object, Object> converter;
        private int next;
        private Iterator<LetterKey> read = List.<LetterKey>of().iterator();
        private Map<LetterKey, String> rows = Map.of();
        private @Nullable InternalRow row;

        Reader(LetterTable letters, List<LetterKey> keys) {
            this.letters = letters;
            this.keys = keys;
            this.json = new RowJsonReader(letters.schema());
            this.converter = CatalystTypeConverters.createToCatalystConverter(letters.schema());
        }

        @Override
        public boolean next() {
            while (true) {
                while (read.hasNext()) {
                    LetterKey key = read.next();
                    String text = rows.get(key);
                    if (text != null) {
                        row = (InternalRow) converter.apply(parsed(key, text));
                        return true;
                    }
                }
                if (next == keys.size()) {
                    return false;
                }
                List<LetterKey> chunk = keys.subList(next, Math.min(keys.size(), next + AT_ONCE));
                next += chunk.size();
                rows = letters.rows(chunk);
                read = chunk.iterator();
            }
        }

        private Row parsed(LetterKey key, String text) {
            try {
                return json.row(text);
            } catch (RowJsonException e) {
                throw new SinkFailure(
                        "A row among the " + letters.label() + " is not as columns(...) says: " + e.getMessage()
                                + ". Correct them, or choose other letters; this one has the digest " + key.digest()
                                + ".",
                        FailureKind.ROW_REFUSED,
                        null);
            }
        }

        @Override
        public InternalRow get() {
            return Objects.requireNonNull(row);
        }

        @Override
        public void close() {}
    }
}
