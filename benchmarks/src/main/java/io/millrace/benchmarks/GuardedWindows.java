package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.DELAY;
import static io.millrace.benchmarks.GuardedJobs.NEW;
import static io.millrace.benchmarks.GuardedJobs.TOTAL;
import static io.millrace.benchmarks.GuardedJobs.change;
import static io.millrace.benchmarks.GuardedJobs.grouped;
import static io.millrace.benchmarks.GuardedJobs.job;
import static io.millrace.benchmarks.GuardedJobs.step;
import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofMinutes;

import io.millrace.core.CalendarWindow;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.time.Duration;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.apache.spark.sql.streaming.OutputMode;

/** Changes of windows, watermarks and output modes. */
final class GuardedWindows {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final CalendarWindow DAYS = CalendarWindow.days(UTC);

    private GuardedWindows() {}

    static Stream<GuardedChange> windows() {
        return Stream.of(
                step("the length of a window", windowed("at", 5, 5, 0), windowed("at", 10, 10, 0))
                        .isWrong("the first new windows would lack the rows of old windows, and an upsert on"
                                + " `window_start` would overwrite the old, larger count: " + NEW),
                step("the start of a window", windowed("at", 10, 10, 0), windowed("at", 10, 10, 4))
                        .isWrong("the same"),
                step("the time column of a window", windowed("at", 10, 10, 0), windowed("seen", 10, 10, 0))
                        .isWrong("the same"),
                step("how often a window begins", windowed("at", 10, 5, 0), windowed("at", 10, 2, 0))
                        .isWrong("the same"),
                step(
                                "windows that slide, instead of windows that do not",
                                windowed("at", 10, 10, 0),
                                windowed("at", 10, 5, 0))
                        .fails(NEW),
                step(
                                "a window by a column more",
                                windowed("at", 10, 10, 0),
                                grouped("window(at, '10 minutes'), zip", "count(1)"))
                        .fails(NEW),
                step("totals by window, instead of totals", grouped("zip", "count(1)"), windowed("at", 10, 10, 0))
                        .fails(NEW),
                step("days instead of weeks of a calendar", calendar(CalendarWindow.weeks(UTC)), calendar(DAYS))
                        .isWrong("the same as the length"),
                step(
                                "the time zone of days",
                                calendar(CalendarWindow.days(ZoneId.of("Europe/Brussels"))),
                                calendar(DAYS))
                        .isWrong("the same"),
                change("the gap of a session", complete(), sessions(1, "zip"), sessions(9, "zip"))
                        .isWrong("open sessions would not be joined by the new gap: " + NEW),
                change("the key of a session", complete(), sessions(9, "zip"), sessions(9, "city"))
                        .isWrong(NEW),
                change("windows instead of sessions", complete(), sessions(9, "zip"), windowed("at", 10, 10, 0))
                        .fails(NEW));
    }

    static Stream<GuardedChange> watermarks() {
        Transform counted = windowed("at", 5, 5, 0);
        return Stream.of(
                step(
                                "the delay of a watermark",
                                DELAY.andThen(counted),
                                Transforms.withWatermark("at", ofMinutes(20)).andThen(counted))
                        .works("from the next batch on; the watermark itself does not go back"),
                step("a watermark more", counted, DELAY.andThen(counted)).works("from the next batch on"),
                step("a watermark less", DELAY.andThen(counted), counted).works("the state is not removed any more"),
                step(
                                "a watermark of another column",
                                Transforms.withWatermark("seen", Duration.ZERO).andThen(counted),
                                Transforms.withWatermark("at", Duration.ZERO).andThen(counted))
                        .isWrongWithANote("the old watermark counts for the new column, and rows that are before it are"
                                + " dropped"),
                modes("update to complete mode", update(), complete(), TOTAL).works(""),
                modes("complete to update mode", complete(), update(), TOTAL).works(""),
                modes("update to append mode", update(), append(), DELAY.andThen(counted))
                        .worksWithANote("a window that is still open is written once more, when it is final"),
                modes("append to update mode", append(), update(), DELAY.andThen(counted))
                        .works(""));
    }

    private static GuardedChange modes(String name, OutputMode before, OutputMode after, Transform step) {
        return GuardedChange.of(name, job(before, step), job(after, step));
    }

    private static Transform calendar(CalendarWindow window) {
        return Transforms.windowedCount("at", window);
    }

    private static Transform sessions(int minutes, String key) {
        return DELAY.andThen(Transforms.sessionCount("at", ofMinutes(minutes)).by(key));
    }

    private static Transform windowed(String time, int length, int slide, int start) {
        return grouped(
                "window(%s, '%d minutes', '%d minutes', '%d minutes')".formatted(time, length, slide, start),
                "count(1)");
    }
}
