package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alerts and the dashboard use the metrics that {@code docs/monitoring.md} lists, and no others. */
class MonitoringFilesTest {
    private static final Pattern METRIC = Pattern.compile("\\bmillrace_\\w+");
    private static final Pattern IN_QUOTES = Pattern.compile("\"[^\"]*\"");
    private static final Pattern IDENTIFIER = Pattern.compile("(?<![\\w$.])[a-zA-Z_]\\w*");
    private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Set<String> LABELS =
            Set.of("app", "query", "sink", "lookup", "pool", "group", "instance", "job");
    private static final Set<String> OF_PROMETHEUS =
            Set.of("up", "and", "by", "offset", "sum", "rate", "increase", "deriv", "avg_over_time");

    private final Map<String, String> metrics = MonitoringPage.metrics();

    @Test
    void aCounterIsNamedAsPrometheusNamesCounters() {
        assertThat(metrics)
                .isNotEmpty()
                .allSatisfy((name, type) -> assertThat(name.endsWith("_total") ? "counter" : "gauge")
                        .as(name)
                        .isEqualTo(type));
    }

    /** Otherwise a query x_a with the metric b and a query x with the metric a_b had the same name in Spark. */
    @Test
    void noMetricEndsWithTheNameOfAnother() {
        assertThat(metrics.keySet().stream()
                        .flatMap(name -> metrics.keySet().stream().filter(other -> endsWith(name, other))))
                .isEmpty();
    }

    private boolean endsWith(String name, String other) {
        String[] of = name.split("_", 3);
        String[] ofOther = other.split("_", 3);
        return of[1].equals(ofOther[1])
                && of[2].endsWith("_" + ofOther[2])
                && String.valueOf(metrics.get(name)).equals(metrics.get(other));
    }

    @Test
    void alertsHaveANameALimitAndAnAdvice() {
        assertThat(alerts())
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(alert.keySet()).contains("alert", "expr", "labels", "annotations"))
                .extracting(alert -> alert.get("alert"))
                .doesNotHaveDuplicates();
        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(alert.get("labels")).asString().matches("\\{severity=(warning|critical)}");
            assertThat(alert.get("annotations")).asString().contains("summary=", "description=");
        });
    }

    @Test
    void alertsUseMetricsAndLabelsThatExist() {
        assertThat(alerts()).allSatisfy(alert -> {
            assertKnown(String.valueOf(alert.get("expr")));
            assertThat(found(METRIC, alert.toString())).isSubsetOf(metrics.keySet());
            assertThat(LABEL.matcher(alert.toString()).results().map(label -> label.group(1)))
                    .isSubsetOf(LABELS);
        });
    }

    @Test
    void thePageListsTheAlerts() {
        String page = MonitoringPage.text("../docs/monitoring.md");

        assertThat(found(Pattern.compile("\\bMillrace[A-Z]\\w+"), page))
                .isEqualTo(alerts().stream()
                        .map(alert -> String.valueOf(alert.get("alert")))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void theDashboardShowsEveryMetric() throws Exception {
        JsonNode dashboard = new ObjectMapper()
                .readTree(
                        MonitoringPage.FILES.resolve("millrace-dashboard.json").toFile());
        List<String> expressions = dashboard.findValuesAsText("expr");

        assertThat(expressions).allSatisfy(this::assertKnown);
        assertThat(found(METRIC, String.join(" ", expressions))).isEqualTo(new TreeSet<>(metrics.keySet()));
        assertThat(dashboard.get("panels").findValuesAsText("id")).doesNotHaveDuplicates();
    }

    private void assertKnown(String expression) {
        String code = IN_QUOTES.matcher(expression).replaceAll("");
        assertThat(found(IDENTIFIER, code)).as(expression).allMatch(this::isKnown);
        for (String pair : List.of("()", "{}", "[]")) {
            assertThat(code.chars()
                            .filter(character -> character == pair.charAt(0))
                            .count())
                    .as(pair + " in " + expression)
                    .isEqualTo(code.chars()
                            .filter(character -> character == pair.charAt(1))
                            .count());
        }
    }

    private boolean isKnown(String identifier) {
        return metrics.containsKey(identifier) || OF_PROMETHEUS.contains(identifier) || LABELS.contains(identifier);
    }

    private static List<Map<String, Object>> alerts() {
        return MonitoringPage.list(MonitoringPage.yaml("millrace-alerts.yaml"), "groups").stream()
                .flatMap(group -> MonitoringPage.list(group, "rules").stream())
                .toList();
    }

    private static Set<String> found(Pattern pattern, String text) {
        Stream<String> found = pattern.matcher(text).results().map(MatchResult::group);
        return found.collect(Collectors.toCollection(TreeSet::new));
    }
}
