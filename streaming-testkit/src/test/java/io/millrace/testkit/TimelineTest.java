package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@StreamingTest
class TimelineTest {
    @Test
    void timelineIsKeptAsAReviewedFile(StreamKit kit) {
        traffic(kit).matchesGolden("traffic");
    }

    @Test
    void timelineThatChangedShowsTheFirstLineThatDiffers(StreamKit kit) {
        StreamRun run = traffic(kit).batch("one more", b -> {});

        assertThat(failureOf(() -> run.matchesGolden("traffic"))).startsWith("""
                        The run differs from src/test/resources/golden/traffic.txt. \
                        If the change is intended, run the test with -Dmillrace.golden=update and review the file.

                        First difference, line 24:
                          expected\s
                          was        one more
                        """);
    }

    @Test
    void timelineThatIsNotKeptYetIsShown(StreamKit kit) {
        assertThat(failureOf(() -> traffic(kit).matchesGolden("no-such")))
                .startsWith("There is no src/test/resources/golden/no-such.txt yet. Run the test with"
                        + " -Dmillrace.golden=update to write it, and review it. It would be:\n\n"
                        + "Timeline (append mode)\n");
    }

    @Test
    void pageShowsBatchesWindowsWatermarkAndLateRows(StreamKit kit, @TempDir Path directory) throws IOException {
        Path page = directory.resolve("pages").resolve("traffic.html");

        traffic(kit).writeHtml(page);

        assertThat(Files.readString(page))
                .contains("<title>TimelineTest: pageShowsBatchesWindowsWatermarkAndLateRows</title>", "append mode")
                .contains("two hits", "batch 3, no data", "(00:00-00:10, 9000, 2)")
                .contains("<title>hits (9000, 00:06) at 00:06, too late</title>")
                .contains(
                        "<title>window 00:00-00:10 of zip = 9000, open</title>",
                        "<title>window 00:00-00:10 of zip = 9000, closed</title>")
                .contains("class='watermark' d='M")
                .doesNotContain("http://", "https://", "<script");
    }

    private static StreamRun traffic(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        return kit.run(windowed(hits), append())
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:07"))
                                .emitsNothing())
                .batch(
                        "time moves",
                        b -> b.given(hits, hit("9001", "00:35")).emits(row(row("00:00", "00:10"), "9000", 2)))
                .batch(
                        "a straggler",
                        b -> b.given(hits, hit("9000", "00:06"), hit("9002", "00:31"))
                                .dropsLate(1))
                .restart()
                .replayLast(b -> b.sameOutput());
    }
}
