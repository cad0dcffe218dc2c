package io.millrace.testkit;

import io.millrace.testkit.TimelineLanes.Event;
import io.millrace.testkit.TimelineLanes.Lane;
import io.millrace.testkit.TimelineLanes.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws a timeline as one self-contained HTML page: event time across, batches down. Without event time, the batches
 * are a plain sequence.
 */
final class TimelineHtml {
    private static final int LABELS = 340;
    private static final int CHART = 640;
    private static final int OUTPUT = 340;
    private static final int LINE = 17;
    private static final int TOP = 44;
    private static final int MOST_LINES = 8;

    /** The height of a mark of an event, and of the strip that says that the query was restarted. */
    private static final int MARK = 13;

    private static final int RESTART = 22;

    /** The width of a character of a label, at most. */
    private static final double CHARACTER = 6;

    private final Svg svg = new Svg();
    private final List<Lane> lanes;
    private final boolean byClock;
    private final List<String> inputs;
    private final int chart;
    private final TimeAxis axis;

    private TimelineHtml(List<Lane> lanes, boolean byClock) {
        this.lanes = lanes;
        this.byClock = byClock;
        this.inputs = TimelineLanes.inputs(lanes);
        long first = TimelineLanes.times(lanes).min().orElse(0);
        long last = TimelineLanes.times(lanes).max().orElse(first);
        this.chart = TimelineLanes.times(lanes).findAny().isPresent() ? CHART : 0;
        this.axis = new TimeAxis(LABELS, CHART, first, last);
    }

    /** {@code text} is the timeline as text, for those who cannot see the drawing; {@code byClock} shows the clock. */
    static String page(String title, String mode, List<Lane> lanes, String text, boolean byClock) {
        TimelineHtml drawing = new TimelineHtml(lanes, byClock);
        int height = drawing.draw();
        Map<String, String> parts = Map.of(
                "title", Svg.escape(title),
                "mode", Svg.escape(mode),
                "across", drawing.chart > 0 ? "event time across, " : "",
                "legend", drawing.chart > 0 ? template("timeline-legend.html") : "",
                "width", Integer.toString(drawing.width()),
                "height", Integer.toString(height),
                "drawing", drawing.svg.toString(),
                "text", Svg.escape(text));
        return fill(template("timeline.html"), parts);
    }

    /** In one pass, since what a test names may look like a part of the page. */
    private static String fill(String template, Map<String, String> parts) {
        return Pattern.compile("\\{(" + String.join("|", parts.keySet()) + ")}")
                .matcher(template)
                .replaceAll(part -> Matcher.quoteReplacement(parts.getOrDefault(part.group(1), "")));
    }

    private int width() {
        return LABELS + chart + OUTPUT;
    }

    private int draw() {
        int[] tops = new int[lanes.size() + 1];
        tops[0] = TOP;
        for (int lane = 0; lane < lanes.size(); lane++) {
            tops[lane + 1] = tops[lane] + height(lanes.get(lane));
        }
        int bottom = tops[lanes.size()];
        for (int lane = 0; lane < lanes.size(); lane++) {
            background(lanes.get(lane), tops[lane], tops[lane + 1]);
        }
        drawHead(bottom);
        for (int lane = 0; lane < lanes.size(); lane++) {
            content(lanes.get(lane), tops[lane], tops[lane + 1]);
        }
        if (chart > 0) {
            watermarks(tops);
        }
        return bottom + 12;
    }

    private int height(Lane lane) {
        int labels = 2 + Math.min(lane.events().size(), MOST_LINES);
        int output = 1
                + lane.batch()
                        .map(batch -> Math.min(batch.output().size(), MOST_LINES))
                        .orElse(0);
        int marks = inputs.stream().mapToInt(input -> bandHeight(lane, input)).sum();
        int spans = lane.spans().isEmpty() ? 0 : rowsOf(lane.spans()) * LINE + 8;
        return restart(lane)
                + Math.max(Math.max(labels, output) * LINE + 16, Math.min(marks, MOST_LINES * LINE) + spans + 20);
    }

    private static int restart(Lane lane) {
        return lane.isAfterRestart() ? RESTART : 0;
    }

    private static int rowsOf(List<Span> spans) {
        return 1 + spans.stream().mapToInt(Span::row).max().orElse(-1);
    }

    /** The height of the marks of one input, of which those at the same time are below one another. */
    private static int bandHeight(Lane lane, String input) {
        Map<Long, Integer> same = new HashMap<>();
        lane.events().stream()
                .filter(event -> event.input().equals(input))
                .forEach(event -> event.at().ifPresent(at -> same.merge(at, 1, Integer::sum)));
        return MARK * same.values().stream().mapToInt(Integer::intValue).max().orElse(0) + (same.isEmpty() ? 0 : 6);
    }

    private void background(Lane lane, int top, int bottom) {
        boolean withData = lane.batch().map(BatchRecord::data).orElse(false);
        svg.add(
                "<rect class='%s' x='0' y='%d' width='%d' height='%d'/>",
                withData ? "lane" : "lane idle", top, width(), bottom - top);
        lane.batch()
                .filter(batch -> chart > 0 && batch.watermarks().used() > 0)
                .ifPresent(batch -> svg.add(
                        "<rect class='passed' x='%d' y='%d' width='%.1f' height='%d'/>",
                        LABELS, top, Math.max(0, axis.x(batch.watermarks().used()) - LABELS), bottom - top));
        svg.add("<line class='rule' x1='0' y1='%d' x2='%d' y2='%d'/>", top, width(), top);
    }

    private void drawHead(int bottom) {
        if (chart > 0) {
            axis.ticks().forEach(time -> {
                double x = axis.x(time);
                svg.add("<line class='tick' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>", x, TOP - 6, x, bottom);
                svg.text("axis", x, TOP - 12, TimeAxis.label(time));
            });
        }
        svg.text("head", 14, TOP - 12, "batch and what it read");
        svg.text("head", LABELS + chart + 18.0, TOP - 12, "what it emitted");
    }

    private void content(Lane lane, int laneTop, int bottom) {
        if (lane.isAfterRestart()) {
            svg.add("<line class='restart' x1='0' y1='%d' x2='%d' y2='%d'/>", laneTop, width(), laneTop);
            svg.text("restarted", 14, laneTop + 16, "restarted");
        }
        int top = laneTop + restart(lane);
        int line = top + LINE + 4;
        svg.text(lane.first() ? "name" : "name continued", 14, line, lane.step().name());
        svg.text("kind", 14, line + LINE, lane.batch().map(this::kind).orElse("no batch was due"));
        List<String> rows = lane.events().stream()
                .map(event -> event.input() + " " + event.text())
                .toList();
        lines(rows, 14, line + 2 * LINE, 46, "row");
        output(lane, line);
        lane.spans().forEach(span -> draw(span, lane.spans(), bottom));
        events(lane, top);
    }

    private String kind(BatchRecord batch) {
        return "batch " + batch.id() + ", " + batch.kind() + (batch.replay() ? ", rerun" : "")
                + (byClock ? ", clock " + Times.text(batch.clock()) : "");
    }

    private void output(Lane lane, int line) {
        int left = LABELS + chart + 18;
        List<String> rows = lane.batch().stream()
                .flatMap(batch -> batch.output().stream())
                .map(RowText::row)
                .sorted()
                .toList();
        if (rows.isEmpty()) {
            svg.text("kind", left, line, "nothing");
        }
        lines(rows, left, line, 44, "out");
        lane.batch()
                .flatMap(BatchRecord::state)
                .ifPresent(state -> svg.text(
                        "kind",
                        left,
                        line + LINE * Math.max(1, Math.min(rows.size(), MOST_LINES)),
                        "state " + state.rows() + (state.lateGroups() > 0 ? ", late " + state.lateGroups() : "")));
    }

    private void lines(List<String> texts, int left, int first, int longest, String style) {
        for (int line = 0; line < Math.min(texts.size(), MOST_LINES); line++) {
            boolean rest = line == MOST_LINES - 1 && texts.size() > MOST_LINES;
            String full = rest ? "... and " + (texts.size() - line) + " more" : texts.get(line);
            svg.add(
                    "<text class='%s' x='%d' y='%d'>%s<title>%s</title></text>",
                    style, left, first + line * LINE, Svg.escape(cut(full, longest)), Svg.escape(full));
        }
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 3) + "...";
    }

    private void draw(Span span, List<Span> all, int bottom) {
        double y = bottom - 8 - LINE * (span.row() + 1.0);
        String state = span.closed() ? "closed" : "open";
        double left = axis.x(span.start());
        double right = axis.x(span.end());
        svg.add(
                "<g><title>%s %s%s, %s</title><rect class='window %s' x='%.1f' y='%.1f' width='%.1f' height='%d'"
                        + " rx='4'/>",
                span.name(),
                span.times(),
                span.keys().isEmpty() ? "" : " of " + Svg.escape(span.allKeys()),
                state,
                state,
                left + 1,
                y,
                Math.max(2, right - left - 2),
                LINE - 3);
        int baseline = (int) y + 11;
        Optional<String> inside =
                span.labels().stream().filter(label -> fits(label, left, right)).findFirst();
        inside.ifPresent(label -> svg.text("span " + state, (left + right) / 2, baseline, label));
        if (inside.isEmpty() && fits(span.shortLabel(), right, nextOnItsRow(span, all))) {
            svg.text("beside", right + 4, baseline, span.shortLabel());
        }
        svg.add("</g>");
    }

    private static boolean fits(String label, double left, double right) {
        return label.length() * CHARACTER + 8 <= right - left;
    }

    /** Where the next span begins that is drawn in the same row. */
    private double nextOnItsRow(Span span, List<Span> all) {
        return all.stream()
                .filter(other -> other.row() == span.row() && other.start() >= span.end())
                .mapToDouble(other -> axis.x(other.start()))
                .min()
                .orElse((double) LABELS + chart);
    }

    private void events(Lane lane, int top) {
        int bandTop = top + 16;
        for (String input : inputs) {
            int height = bandHeight(lane, input);
            if (height > 0 && inputs.size() > 1) {
                svg.text("input", LABELS + 6, bandTop + 4, input);
            }
            marks(
                    lane.events().stream()
                            .filter(event -> event.input().equals(input))
                            .toList(),
                    bandTop);
            bandTop += height;
        }
    }

    private void marks(List<Event> events, int top) {
        Map<Long, Integer> drawn = new HashMap<>();
        for (Event event : events) {
            event.at().ifPresent(at -> {
                int same = drawn.merge(at, 1, Integer::sum) - 1;
                svg.add(
                        "<g class='%s'><title>%s %s at %s%s</title>%s</g>",
                        event.late() ? "late" : "event",
                        Svg.escape(event.input()),
                        Svg.escape(event.text()),
                        Times.text(at),
                        event.late() ? ", too late" : "",
                        mark(event.late(), axis.x(at), top + same * (double) MARK));
            });
        }
    }

    private static String mark(boolean late, double x, double y) {
        return late
                ? String.format(Locale.ROOT, "<path d='M%.1f %.1fl9 9m0-9l-9 9'/>", x - 4.5, y - 4.5)
                : String.format(Locale.ROOT, "<circle cx='%.1f' cy='%.1f' r='5'/>", x, y);
    }

    private void watermarks(int[] tops) {
        StringBuilder path = new StringBuilder();
        long before = 0;
        for (int lane = 0; lane < lanes.size(); lane++) {
            long used = lanes.get(lane)
                    .batch()
                    .map(batch -> batch.watermarks().used())
                    .orElse(0L);
            if (used > 0) {
                path.append(path.length() == 0 ? "M" : "L").append(point(used, tops[lane]));
                path.append("L").append(point(used, tops[lane + 1]));
                if (used != before) {
                    svg.text("mark", axis.x(used) - 6, tops[lane] + 14, TimeAxis.label(used));
                }
                before = used;
            }
        }
        BatchRecord last =
                lanes.isEmpty() ? null : lanes.get(lanes.size() - 1).batch().orElse(null);
        if (last != null && last.watermarks().next() > 0) {
            path.append(path.length() == 0 ? "M" : "L")
                    .append(point(last.watermarks().next(), tops[lanes.size()]));
        }
        svg.add("<path class='watermark' d='%s'/>", path);
    }

    private String point(long time, int y) {
        return String.format(Locale.ROOT, "%.1f %d ", axis.x(time), y);
    }

    private static String template(String name) {
        try (InputStream page = TimelineHtml.class.getResourceAsStream(name)) {
            if (page == null) {
                throw new IllegalStateException(name + " is missing from the jar of the testkit");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name, e);
        }
    }
}
