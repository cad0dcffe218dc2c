package io.millrace.sinks.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;

/** {@code docs/monitoring.md} and the files beside it. */
final class MonitoringPage {
    static final Path FILES = Path.of("../docs/monitoring");

    private static final Pattern METRIC = Pattern.compile("(?m)^\\| `(millrace_\\w+)` \\| (gauge|counter) \\|");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{type=\"(\\w+)\"} (.+)");

    private MonitoringPage() {}

    /** A metric with its labels and its value, as Prometheus keeps it. */
    record Sample(Map<String, String> labels, String value) {
        String name() {
            return Objects.requireNonNull(labels.get("__name__"));
        }

        /** Without its name. */
        Map<String, String> others() {
            Map<String, String> others = new TreeMap<>(labels);
            others.remove("__name__");
            return others;
        }
    }

    /** The metrics of the tables, with {@code gauge} or {@code counter}. */
    static Map<String, String> metrics() {
        return METRIC.matcher(text("../docs/monitoring.md"))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2), (once, twice) -> "twice"));
    }

    /** What Prometheus makes of the answer of Spark's servlet by the rules of {@code millrace-scrape.yaml}. */
    static List<Sample> scraped(String answer) {
        List<Map<String, Object>> rules = rules();
        return SAMPLE.matcher(answer)
                .results()
                .map(line -> new Sample(
                        relabelled(Map.of("__name__", line.group(1), "type", line.group(2)), rules), line.group(3)))
                .filter(sample -> !sample.labels.isEmpty())
                .toList();
    }

    static Map<String, Object> yaml(String file) {
        return new Yaml().load(text(FILES.resolve(file).toString()));
    }

    static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Map<String, Object>> list(Map<String, Object> parent, String key) {
        List<?> items = (List<?>) Objects.requireNonNull(parent.get(key), key);
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Object item : items) {
            Map<String, Object> map = new TreeMap<>();
            ((Map<?, ?>) item).forEach((name, value) -> map.put(String.valueOf(name), value));
            maps.add(map);
        }
        return maps;
    }

    private static List<Map<String, Object>> rules() {
        return list(list(yaml("millrace-scrape.yaml"), "scrape_configs").get(0), "metric_relabel_configs");
    }

    /** As Prometheus does it: a regular expression matches the whole value, and an empty label is none. */
    private static Map<String, String> relabelled(Map<String, String> before, List<Map<String, Object>> rules) {
        Map<String, String> labels = new TreeMap<>(before);
        for (Map<String, Object> rule : rules) {
            Pattern regex = Pattern.compile(String.valueOf(rule.get("regex")));
            String action = String.valueOf(rule.getOrDefault("action", "replace"));
            Matcher value = regex.matcher(source(rule, labels));
            switch (action) {
                case "labeldrop" -> labels.keySet().removeIf(regex.asMatchPredicate());
                case "drop" -> {
                    if (value.matches()) {
                        return Map.of();
                    }
                }
                default -> {
                    if (value.matches()) {
                        labels.put(String.valueOf(rule.get("target_label")), replacement(rule, value));
                    }
                }
            }
            labels.values().removeIf(Predicate.isEqual(""));
        }
        return labels;
    }

    private static String source(Map<String, Object> rule, Map<String, String> labels) {
        List<?> names = (List<?>) rule.getOrDefault("source_labels", List.of());
        return names.stream().map(name -> labels.getOrDefault(name, "")).collect(Collectors.joining(";"));
    }

    // Java has no braces around the number of a group.
    private static String replacement(Map<String, Object> rule, Matcher value) {
        String replacement = String.valueOf(rule.get("replacement")).replaceAll("\\$\\{(\\d)}", "\\$$1");
        return value.replaceFirst(replacement);
    }
}
