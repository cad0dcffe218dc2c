package io.millrace.core.internal.json;

import io.millrace.core.internal.json.JsonText.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link JsonScanner} compared with {@link JsonTokenReader}: of every document that the scanner reads, all values are
 * the same, and it is not malformed. The documents are those of {@link JsonMutants}, plain ones, plain ones with a few
 * bytes changed, and plain ones cut off at every position.
 */
final class JsonScannerDifferences {
    private static final List<Numbers> NUMBERS = List.of(Numbers.values());
    private static final int MOST_PATHS = 12;
    private static final int SHOWN = 5;
    private static final int CHANGES = 40;
    private static final byte[] HOSTILE =
            "\"\\'{}[]:,.-+eE0123456789utfn/ \t\n\u0000\u0001\u001f\u007f".getBytes(StandardCharsets.ISO_8859_1);

    private final Random random;
    private final JsonMutants mutants;
    private final JsonPlainDocuments plain;
    private final List<String> shown = new ArrayList<>();
    private List<String> paths = List.of();
    private List<Numbers> numbers = List.of();
    private JsonScanner scanner = new JsonScanner(List.of(), List.of());
    private JsonTokenReader tokens = new JsonTokenReader(List.of(), List.of());
    private long documents;
    private long scanned;
    private long plainButLeft;
    private long found;
    private long differences;

    JsonScannerDifferences(long seed) {
        random = new Random(seed);
        mutants = new JsonMutants(seed);
        plain = new JsonPlainDocuments(seed);
    }

    /** Compares documents under {@code rounds} different sets of paths. */
    JsonScannerDifferences compare(int rounds) {
        for (int round = 0; round < rounds; round++) {
            readers();
            for (int i = 0; i < CHANGES; i++) {
                compare(mutants.document());
            }
            byte[] document = plain.next().getBytes(StandardCharsets.UTF_8);
            if (paths.stream().noneMatch(path -> path.contains("[*]"))) {
                plainButLeft += scanner.isRead(document) ? 0 : 1;
            }
            compare(document);
            for (int end = 0; end < document.length; end++) {
                compare(Arrays.copyOf(document, end));
            }
            for (int i = 0; i < CHANGES; i++) {
                compare(changed(document));
            }
        }
        return this;
    }

    private void readers() {
        int count = 1 + random.nextInt(MOST_PATHS);
        paths = Stream.generate(() -> random.nextBoolean() ? mutants.path() : plain.path())
                .limit(count)
                .toList();
        numbers = Stream.generate(() -> NUMBERS.get(random.nextInt(NUMBERS.size())))
                .limit(count)
                .toList();
        List<JsonPath> parsed =
                paths.stream().map(path -> JsonPath.parse("string(x", path)).toList();
        scanner = new JsonScanner(parsed, numbers);
        tokens = new JsonTokenReader(parsed, numbers);
    }

    private byte[] changed(byte[] document) {
        byte[] changed = document;
        do {
            int at = random.nextInt(changed.length);
            byte other = random.nextBoolean() ? HOSTILE[random.nextInt(HOSTILE.length)] : (byte) random.nextInt(256);
            changed = switch (random.nextInt(4)) {
                case 0 -> spliced(changed, at, new byte[] {other}, at);
                case 1 -> spliced(changed, at, new byte[0], at + 1);
                default -> spliced(changed, at, new byte[] {other}, at + 1);
            };
        } while (changed.length > 0 && random.nextInt(4) == 0);
        return changed;
    }

    private static byte[] spliced(byte[] document, int to, byte[] insert, int from) {
        byte[] spliced = new byte[to + insert.length + document.length - from];
        System.arraycopy(document, 0, spliced, 0, to);
        System.arraycopy(insert, 0, spliced, to, insert.length);
        System.arraycopy(document, from, spliced, to + insert.length, document.length - from);
        return spliced;
    }

    private void compare(byte[] document) {
        documents++;
        if (!scanner.isRead(document)) {
            return;
        }
        scanned++;
        tokens.read(document);
        if (tokens.malformed() != null) {
            differ("malformed", document);
        }
        for (int field = 0; field < paths.size(); field++) {
            found += scanner.value(field) == null ? 0 : 1;
            if (!Arrays.equals(written(scanner.value(field), field), written(tokens.value(field), field))) {
                differ(
                        paths.get(field) + " as " + numbers.get(field) + ": " + text(scanner.value(field))
                                + " instead of " + text(tokens.value(field)),
                        document);
            }
        }
    }

    /** A slice has the white space and the escapes of the document: what counts is what a parser reads. */
    private byte @Nullable [] written(byte @Nullable [] value, int field) {
        return value != null && numbers.get(field) == Numbers.SLICE
                ? JsonWalk.find(value, List.of(), Numbers.PART)
                : value;
    }

    private void differ(String what, byte[] document) {
        differences++;
        if (shown.size() < SHOWN) {
            shown.add(what + ", document " + HexFormat.of().formatHex(document));
        }
    }

    private static @Nullable String text(byte @Nullable [] value) {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    long differences() {
        return differences;
    }

    List<String> shown() {
        return List.copyOf(shown);
    }

    long documents() {
        return documents;
    }

    /** The documents that the scanner reads. */
    long scanned() {
        return scanned;
    }

    /** The plain documents that the scanner leaves to Jackson: none. */
    long plainButLeft() {
        return plainButLeft;
    }

    /** The values that are not NULL in the documents that the scanner reads. */
    long found() {
        return found;
    }

    /** A long run by hand: rounds and a seed. */
    public static void main(String[] arguments) {
        long seed = Long.parseLong(arguments[1]);
        JsonScannerDifferences compared = new JsonScannerDifferences(seed);
        for (int part = 0; part < 10; part++) {
            compared.compare(Integer.parseInt(arguments[0]) / 10);
            System.out.printf(
                    "seed %d: %,d documents, %,d scanned, %,d values found, %d plain but left, %d differences%n",
                    seed,
                    compared.documents(),
                    compared.scanned(),
                    compared.found(),
                    compared.plainButLeft(),
                    compared.differences());
            compared.shown().forEach(System.out::println);
        }
    }
}
