package io.millrace.benchmarks;

import java.util.List;
import java.util.Random;

/** Generates web hits of about 700 bytes from a seed. */
final class JsonDocuments {
    /** Members of the root object in the order in which they are extracted, spread over the document. */
    static final List<String> FIELDS = List.of(
            "zip",
            "user",
            "status",
            "hittime",
            "url",
            "latency",
            "cached",
            "session",
            "country",
            "bytes",
            "method",
            "referrer",
            "version",
            "score",
            "id",
            "region");

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
    private static final List<String> COUNTRIES = List.of("de", "fr", "it", "pl", "us");

    private final Random random;

    JsonDocuments(long seed) {
        random = new Random(seed);
    }

    String next() {
        return "{\"id\":\"" + hex() + hex() + "\",\"hittime\":\"2026-03-01T10:" + minute() + ":" + minute()
                + "Z\",\"zip\":\""
                + number(10_000, 90_000) + "\",\"user\":" + number(1, 5_000_000) + ",\"session\":\"" + hex()
                + "\",\"method\":\"" + oneOf(METHODS) + "\",\"url\":\"https://shop.example.com/articles/"
                + number(1, 100_000) + "?page=" + number(1, 40) + "&sort=price\",\"status\":" + number(200, 300)
                + ",\"bytes\":" + number(100, 2_000_000) + ",\"latency\":" + number(1, 900) + "." + number(1, 9)
                + ",\"cached\":" + random.nextBoolean()
                + ",\"referrer\":\"https://search.example.org/results?q=shoes+size+"
                + number(30, 18)
                + "\",\"agent\":{\"name\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\",\"major\":"
                + number(90, 40) + ",\"mobile\":" + random.nextBoolean() + "},\"country\":\"" + oneOf(COUNTRIES)
                + "\",\"region\":\"r" + number(1, 16) + "\",\"geo\":{\"lat\":" + number(40, 20) + "." + number(1, 9_999)
                + ",\"lon\":" + number(1, 30) + "." + number(1, 9_999)
                + ",\"city\":\"Springfield\"},\"version\":\"4." + number(0, 30) + ".1\",\"score\":0." + number(1, 999)
                + ",\"items\":[{\"sku\":\"" + hex() + "\",\"count\":" + number(1, 9) + "},{\"sku\":\"" + hex()
                + "\",\"count\":" + number(1, 9) + "}],\"tags\":[\"spring\",\"sale\",\"newsletter\"]}";
    }

    private String hex() {
        return Long.toHexString(random.nextLong() | 1L << 63);
    }

    private String minute() {
        return String.valueOf(number(10, 50));
    }

    private int number(int from, int count) {
        return from + random.nextInt(count);
    }

    private String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
