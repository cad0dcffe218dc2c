package io.millrace.core.internal.json;

import io.millrace.core.internal.json.JsonText.Numbers;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a value in a scanned document, as Spark writes it: mostly the bytes of the document as they are. If they
 * are not, {@link JsonWalk} writes them.
 */
final class JsonSlice {
    /** What stands after a backslash in the escapes that a generator of Jackson writes too. */
    private static final String WRITTEN_ESCAPES = "\"\\bfnrt";

    /** From here on up to zero: characters that Jackson writes as two escapes. */
    private static final byte FIRST_OF_FOUR_BYTES = (byte) 0xF0;

    private JsonSlice() {}

    /** The text of the value from {@code from} to {@code end}; NULL if that is left to Jackson. */
    static byte @Nullable [] text(byte[] bytes, int from, int end, Numbers numbers) {
        if (numbers == Numbers.SLICE) {
            return Arrays.copyOfRange(bytes, from, end);
        }
        return switch (bytes[from]) {
            case '"' -> numbers == Numbers.PART ? json(bytes, from, end, true) : string(bytes, from + 1, end - 1);
            case '{', '[' -> json(bytes, from, end, numbers == Numbers.PART);
            case 't', 'f', 'n' -> Arrays.copyOfRange(bytes, from, end);
            default -> number(bytes, from, end, numbers != Numbers.AS_SPARK);
        };
    }

    private static byte @Nullable [] string(byte[] bytes, int from, int end) {
        return JsonBytes.quoteOrBackslash(bytes, from) == end
                ? Arrays.copyOfRange(bytes, from, end)
                : JsonEscapes.decoded(bytes, from, end);
    }

    private static byte @Nullable [] number(byte[] bytes, int from, int end, boolean byDigits) {
        if (isWritten(bytes, from, end, byDigits)) {
            return Arrays.copyOfRange(bytes, from, end);
        }
        return isMinusZero(bytes, from, end) ? new byte[] {'0'} : JsonDouble.printed(bytes, from, end);
    }

    /** Whether a number is written as it is read. */
    private static boolean isWritten(byte[] bytes, int from, int end, boolean byDigits) {
        if (JsonDouble.isWhole(bytes, from, end)) {
            return !isMinusZero(bytes, from, end);
        }
        return byDigits || JsonDouble.isPrinted(bytes, from, end);
    }

    /** The one whole number that Spark does not write as it was read. */
    private static boolean isMinusZero(byte[] bytes, int from, int end) {
        return end - from == 2 && bytes[from] == '-' && bytes[from + 1] == '0';
    }

    private static byte @Nullable [] json(byte[] bytes, int from, int end, boolean byDigits) {
        byte[] json = Arrays.copyOfRange(bytes, from, end);
        return isWrittenJson(bytes, from, end, byDigits)
                ? json
                : JsonWalk.find(json, List.of(), byDigits ? Numbers.PART : Numbers.AS_SPARK);
    }

    /** Whether Jackson writes these bytes, a valid value, if it reads them. */
    private static boolean isWrittenJson(byte[] bytes, int from, int end, boolean byDigits) {
        for (int at = from; at < end; ) {
            byte here = bytes[at];
            if (here == '"') {
                at = afterWrittenString(bytes, at + 1);
            } else if (here == '-' || (here >= '0' && here <= '9')) {
                int number = at;
                at = JsonBytes.afterNumber(bytes, at);
                if (!isWritten(bytes, number, at, byDigits)) {
                    return false;
                }
            } else if (here <= ' ') {
                return false;
            } else {
                at++;
            }
            if (at == JsonBytes.NOT_PLAIN) {
                return false;
            }
        }
        return true;
    }

    private static int afterWrittenString(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '"') {
            boolean isEscaped = bytes[at] < ' ' && bytes[at] >= FIRST_OF_FOUR_BYTES;
            if (isEscaped || (bytes[at] == '\\' && WRITTEN_ESCAPES.indexOf(bytes[++at]) < 0)) {
                return JsonBytes.NOT_PLAIN;
            }
            at++;
        }
        return at + 1;
    }
}
