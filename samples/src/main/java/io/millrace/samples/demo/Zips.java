package io.millrace.samples.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Real ZIP codes, drawn by Zipf's law: the n-th has 1/n of the frequency of the first. */
final class Zips {
    private static final List<Zip> ALL = read();
    private static final Map<String, String> PLACES = ALL.stream().collect(Collectors.toMap(Zip::code, Zip::place));

    private final double[] cumulated = new double[ALL.size()];

    Zips() {
        double sum = 0;
        for (int rank = 0; rank < cumulated.length; rank++) {
            sum += 1.0 / (rank + 1);
            cumulated[rank] = sum;
        }
    }

    record Zip(String code, String place) {}

    String draw(SplittableRandom random) {
        double point = random.nextDouble() * cumulated[cumulated.length - 1];
        int found = Arrays.binarySearch(cumulated, point);
        return ALL.get(found < 0 ? -found - 1 : found).code();
    }

    static String placeOf(String code) {
        return PLACES.getOrDefault(code, "");
    }

    private static List<Zip> read() {
        try (InputStream lines = Objects.requireNonNull(Zips.class.getResourceAsStream("zips.csv"))) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> new Zip(line.substring(0, 5), line.substring(6)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
