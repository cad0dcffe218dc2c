package io.millrace.core.internal.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Documents that are JSON, nearly JSON or not JSON at all, and paths into them; the same for the same seed. */
final class JsonMutants {
    private static final List<String> NAMES = List.of("a", "b", "c", "a b", "é", "日", "*", "", "0", "x".repeat(40));
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-0.0",
            "1",
            "1.50",
            "1e3",
            "1E+3",
            "-12.5e-7",
            "9223372036854775807",
            "9223372036854775808",
            "123456789012345678901234567890",
            "1234567890123456789012345678.9",
            "0.1",
            "1e999",
            "-1e999",
            "1e-999",
            "4.35",
            "100.0",
            "1.7976931348623157e308",
            "4.9e-324",
            "2147483648",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "-",
            "--1",
            "0x10",
            "NaN",
            "Infinity",
            "-Infinity",
            "1a",
            "1_000");
    private static final List<String> PIECES = List.of(
            "x",
            "plain text",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u0041",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\ud83d",
            "\\ude00",
            "\\ude00\\ude00",
            "\\u12",
            "\\x",
            "é",
            "日本",
            "😀",
            "'",
            "\t",
            "\n",
            "\u0001",
            "\u007f",
            "\u00a0",
            "\u2028",
            "\ufeff",
            "\ufffd",
            "{",
            "]",
            "<",
            "\\b\\f\\r\\t",
            "");
    private static final List<String> LITERALS = List.of("null", "true", "false", "nul", "True", "undefined", "nullx");
    private static final List<byte[]> SPLINTERS = List.of(
            text("\""),
            text("'"),
            text("{"),
            text("}"),
            text("["),
            text("]"),
            text(","),
            text(":"),
            text("\\"),
            text(" "),
            text("/**/"),
            text("//\n"),
            text("#"),
            text("null"),
            text("\"a\":1,"),
            text("\u00a0"),
            text("\ufeff"),
            text("-"),
            text("1"),
            text("e"),
            text("."),
            new byte[] {0},
            new byte[] {1},
            new byte[] {0x7F},
            new byte[] {(byte) 0x80},
            new byte[] {(byte) 0xC0, (byte) 0xA2},
            new byte[] {(byte) 0xC1, (byte) 0x81},
            new byte[] {(byte) 0xE0, (byte) 0x80, (byte) 0xA2},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0xBD, (byte) 0xED, (byte) 0xB8, (byte) 0x80},
            new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xF0, (byte) 0x9F},
            new byte[] {(byte) 0xE6, (byte) 0x97},
            new byte[] {(byte) 0xF8},
            new byte[] {(byte) 0xFF},
            new byte[] {(byte) 0xFE, (byte) 0xFF});

    private final Random random;

    JsonMutants(long seed) {
        random = new Random(seed);
    }

    /** Half of them are left as they were generated. */
    byte[] document() {
        if (chance(200)) {
            return extreme();
        }
        byte[] document = text(value(0));
        while (chance(2)) {
            document = mutated(document);
        }
        return document;
    }

    /** One that Spark reads; what it finds by the others is always NULL. */
    String path() {
        StringBuilder path = new StringBuilder("$");
        for (int steps = random.nextInt(5); steps > 0; steps--) {
            path.append(step());
        }
        return path.toString();
    }

    private String step() {
        return switch (random.nextInt(8)) {
            case 0 -> "[*]";
            case 1, 2 -> "[" + random.nextInt(3) + "]";
            case 3 -> "['" + oneOf(List.of("a", "b", "a b", "é", "日")) + "']";
            case 4 -> ". " + oneOf(List.of("a", "b", "*", "x".repeat(40)));
            default -> "." + oneOf(List.of("a", "b", "c", "0"));
        };
    }

    private String name() {
        return oneOf(NAMES.subList(0, chance(3) ? NAMES.size() : 3));
    }

    private String value(int depth) {
        int kind = random.nextInt(depth == 0 ? 5 : depth > 5 ? 20 : 12);
        return switch (kind) {
            case 0, 1, 2 ->
                container(depth, '{', '}', () -> string(name()) + space() + ":" + space() + value(depth + 1));
            case 3, 4 -> container(depth, '[', ']', () -> value(depth + 1));
            case 5, 6 -> oneOf(NUMBERS.subList(0, chance(10) ? NUMBERS.size() : 21));
            case 7 -> oneOf(LITERALS.subList(0, chance(10) ? LITERALS.size() : 3));
            case 8 -> String.valueOf(random.nextInt());
            case 9 -> String.valueOf(Double.longBitsToDouble(random.nextLong()));
            default -> string(pieces());
        };
    }

    private String container(int depth, char open, char close, Supplier<String> element) {
        StringBuilder text = new StringBuilder().append(open).append(space());
        for (int left = random.nextInt(depth == 0 ? 8 : 4); left > 0; left--) {
            text.append(element.get()).append(space()).append(left > 1 || chance(100) ? "," + space() : "");
        }
        return text.append(close).toString();
    }

    private String string(String content) {
        if (chance(40)) {
            return '\'' + content.replace('"', '\'') + '\'';
        }
        return chance(200) ? content : '"' + content + '"';
    }

    private String pieces() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(4); left > 0; left--) {
            text.append(oneOf(PIECES.subList(0, chance(6) ? PIECES.size() : 9)));
        }
        return chance(500) ? text.toString().repeat(4000) : text.toString();
    }

    private String space() {
        return chance(8) ? oneOf(List.of(" ", "\n", "\t", "\r\n", "  ")) : "";
    }

    private byte[] mutated(byte[] document) {
        int from = random.nextInt(document.length + 1);
        int to = Math.min(document.length, from + random.nextInt(4));
        return switch (random.nextInt(9)) {
            case 0 -> spliced(document, 0, 0, text("\ufeff"));
            case 1 -> spliced(document, document.length, document.length, oneOf(SPLINTERS));
            case 2 -> spliced(document, from, document.length, new byte[0]);
            case 3 -> spliced(document, from, to, new byte[0]);
            case 4 -> spliced(document, from, from, spliced(document, 0, from, new byte[0]));
            case 5 -> spliced(document, from, to, new byte[] {(byte) random.nextInt(256)});
            default -> spliced(document, from, chance(2) ? from : to, oneOf(SPLINTERS));
        };
    }

    private static byte[] spliced(byte[] document, int from, int to, byte[] insert) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(document, 0, from);
        bytes.writeBytes(insert);
        bytes.write(document, to, document.length - to);
        return bytes.toByteArray();
    }

    /** Around the limits of Jackson, and in encodings that it would guess. */
    private byte[] extreme() {
        int size = 998 + random.nextInt(5);
        String deep = chance(2) ? "[".repeat(size) + "]".repeat(size) : "{\"a\":".repeat(size) + "1" + "}".repeat(size);
        String number = oneOf(List.of("", "-", "1.", "1e", "0.")) + "7".repeat(size);
        Charset charset = oneOf(List.of(
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                StandardCharsets.ISO_8859_1,
                Charset.forName("UTF-32")));
        return switch (random.nextInt(8)) {
            case 0 -> text(deep);
            case 1 -> text("{\"b\":1,\"a\":" + deep.substring(1, deep.length() - 1) + ",\"c\":2}");
            case 2 -> text("{\"b\":1,\"a\":" + number + ",\"c\":2}");
            case 3 -> text(number);
            case 4 -> "{\"a\":\"é\",\"b\":[1]}".getBytes(charset);
            case 5 -> text(" ".repeat(random.nextInt(3)));
            case 6 ->
                text("{\"c\":\"" + "é\\n".repeat(7990 / 4 + random.nextInt(20)) + "\",\"a\":[1,{\"b\":2}],\"b\":3}");
            default -> text("{" + "\"a\":[null],".repeat(random.nextInt(3000)) + "\"b\":{\"a\":\"end\"}}");
        };
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
