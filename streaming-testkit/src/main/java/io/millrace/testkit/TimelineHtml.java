package io.millrace.testkit;

import io.millrace.testkit.TimelineLanes.Event;
import io.millrace.testkit.TimelineLanes.Lane;
import io.millrace.testkit.TimelineLanes.Window;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a timeline as one self-contained HTML page: event time across, batches down. */
final class TimelineHtml {
    private static final int LABELS = 340;
    private static final int CHART = 640;
    private static final int OUTPUT = 340;
    private static final int LINE = 17;
    private static final int TOP = 44;
    private static final int MOST_LINES = 8;

    private final Svg svg = new Svg();
    private final List<Lane> lanes;
    private final TimeAxis axis;

    private TimelineHtml(List<Lane> lanes) {
        this.lanes = lanes;
        long first = TimelineLanes.times(lanes).min().orElse(0);
        long last = TimelineLanes.times(lanes).max().orElse(first);
        this.axis = new TimeAxis(LABELS, CHART, first, last);
    }

    static String page(String title, String mode, List<Lane> lanes) {
        TimelineHtml drawing = new TimelineHtml(lanes);
        int height = drawing.draw();
        return template()
                .replace("{title}", Svg.escape(title))
                .replace("{mode}", Svg.escape(mode))
                .replace("{width}", Integer.toString(LABELS + CHART + OUTPUT))
                .replace("{height}", Integer.toString(height))
                .replace("{drawing}", drawing.svg.toString());
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
        drawAxis(bottom);
        for (int lane = 0; lane < lanes.size(); lane++) {
            content(lane, tops[lane], tops[lane + 1]);
        }
        watermarks(tops);
        return bottom + 12;
    }

    private static int height(Lane lane) {
        int labels = 2 + Math.min(lane.events().size(), MOST_LINES);
        int output = 1
                + lane.batch()
                        .map(batch -> Math.min(batch.output().size(), MOST_LINES))
                        .orElse(0);
        int windows = lane.windows().isEmpty() ? 0 : rowsOf(lane.windows()) * LINE + 24;
        return Math.max(Math.max(labels, output) * LINE + 16, windows + 20);
    }

    private static int rowsOf(List<Window> windows) {
        return 1 + windows.stream().mapToInt(Window::row).max().orElse(-1);
    }

    private void background(Lane lane, int top, int bottom) {
        boolean withData = lane.batch().map(BatchRecord::data).orElse(false);
        svg.add(
                "<rect class='%s' x='0' y='%d' width='%d' height='%d'/>",
                withData ? "lane" : "lane idle", top, LABELS + CHART + OUTPUT, bottom - top);
        lane.batch()
                .filter(batch -> batch.watermarks().used() > 0)
                .ifPresent(batch -> svg.add(
                        "<rect class='passed' x='%d' y='%d' width='%.1f' height='%d'/>",
                        LABELS, top, Math.max(0, axis.x(batch.watermarks().used()) - LABELS), bottom - top));
        svg.add("<line class='rule' x1='0' y1='%d' x2='%d' y2='%d'/>", top, LABELS + CHART + OUTPUT, top);
    }

    private void drawAxis(int bottom) {
        axis.ticks().forEach(time -> {
            double x = axis.x(time);
            svg.add("<line class='tick' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>", x, TOP - 6, x, bottom);
            svg.text("axis", x, TOP - 12, TimeAxis.label(time));
        });
        svg.text("head", 14, TOP - 12, "batch and what it read");
        svg.text("head", LABELS + CHART + 18, TOP - 12, "what it emitted");
    }

    private void content(int index, int top, int bottom) {
        Lane lane = lanes.get(index);
        int line = top + LINE + 4;
        svg.text(lane.first() ? "name" : "name continued", 14, line, lane.step().name());
        svg.text(
                "kind",
                14,
                line + LINE,
                lane.batch()
                        .map(batch -> "batch " + batch.id() + ", " + batch.kind() + (batch.replay() ? ", rerun" : ""))
                        .orElse("no batch was due"));
        lines(lane.events().stream().map(Event::text).toList(), 14, line + 2 * LINE, 46, "row");
        output(lane, line);
        windows(lane, bottom);
        events(lane, top);
    }

    private void output(Lane lane, int line) {
        int left = LABELS + CHART + 18;
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
            String shown = full.length() <= longest ? full : full.substring(0, longest - 3) + "...";
            svg.add(
                    "<text class='%s' x='%d' y='%d'>%s<title>%s</title></text>",
                    style, left, first + line * LINE, Svg.escape(shown), Svg.escape(full));
        }
    }

    private void windows(Lane lane, int bottom) {
        for (Window window : lane.windows()) {
            double y = bottom - 8 - LINE * (window.row() + 1.0);
            String span = Times.text(window.start()) + "-" + Times.text(window.end());
            String state = window.closed() ? "closed" : "open";
            double width = axis.x(window.end()) - axis.x(window.start());
            svg.add(
                    "<g><title>window %s, %s</title><rect class='window %s' x='%.1f' y='%.1f' width='%.1f'"
                            + " height='%d' rx='4'/>",
                    span, state, state, axis.x(window.start()) + 1, y, Math.max(2, width - 2), LINE - 3);
            if (width > 62) {
                svg.text(
                        "span " + state,
                        axis.x(window.start()) + width / 2,
                        (int) y + 11,
                        window.closed() && width > 110 ? span + " closed" : span);
            }
            svg.add("</g>");
        }
    }

    private void events(Lane lane, int top) {
        List<Long> drawn = new ArrayList<>();
        for (Event event : lane.events()) {
            event.at().ifPresent(at -> {
                long same = drawn.stream().filter(at::equals).count();
                drawn.add(at);
                svg.add(
                        "<g class='%s'><title>%s at %s%s</title>%s</g>",
                        event.late() ? "late" : "event",
                        Svg.escape(event.text()),
                        Times.text(at),
                        event.late() ? ", too late" : "",
                        mark(event.late(), axis.x(at), top + 16 + same * 13.0));
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

    private static String template() {
        try (InputStream page = TimelineHtml.class.getResourceAsStream("timeline.html")) {
            if (page == null) {
                throw new IllegalStateException("timeline.html is missing from the jar of the testkit");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read timeline.html", e);
        }
    }
}
