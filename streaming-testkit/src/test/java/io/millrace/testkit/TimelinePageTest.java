package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** The HTML page of a timeline. */
@StreamingTest
class TimelinePageTest {
    private static String traffic = "";

    @TempDir
    Path directory = Path.of("");

    /** One page, which several tests check. */
    @BeforeAll
    static void draw(@TempDir Path shared) throws IOException {
        Path page = shared.resolve("traffic.html");
        try (StreamKit kit = StreamKit.open()) {
            Input<Hit> hits = kit.input("hits", Hit.class);
            kit.run(windowed(hits), append())
                    .batch(
                            "three hits",
                            b -> b.given(hits, hit("3", "00:05"), hit("1", "00:05"), hit("2", "00:05"))
                                    .runs())
                    .batch("time moves", b -> b.given(hits, hit("1", "00:35")).runs())
                    .batch("late", b -> b.given(hits, hit("9", "00:06")).runs())
                    .batch("no rows", b -> {})
                    .replayLast(b -> {})
                    .writeHtml(page);
        }
        traffic = Files.readString(page);
    }

    @Test
    void pageOfARunWithoutStepsIsWhole(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(hits.rows(), update()));

        assertThat(page)
                .startsWith("<!DOCTYPE html>\n<html lang=\"en\">\n")
                .contains("<h1>TimelinePageTest: pageOfARunWithoutStepsIsWhole</h1>")
                .contains("<p>update mode &middot; micro-batches down</p>")
                .doesNotContain(
                        "{title}", "{mode}", "{across}", "{legend}", "{width}", "{height}", "{drawing}", "{text}");
        assertThat(drawing(page).getElementsByTagName("rect").getLength()).isZero();
    }

    @Test
    void textOfRowsAndStepsIsEscaped(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(hits.rows().select("zip"), append())
                .batch(
                        "<b>'bold' & \"new\"</b>",
                        b -> b.given(hits, hit("<i>&'\"", "00:01")).runs()));

        assertThat(texts(page, "name")).containsExactly("&lt;b&gt;&#39;bold&#39; &amp; &quot;new&quot;&lt;/b&gt;");
        assertThat(page).contains("(&lt;i&gt;&amp;&#39;&quot;, 00:01)").doesNotContain("<b>", "<i>");
        assertThat(drawing(page).getElementsByTagName("rect").getLength()).isPositive();
    }

    @Test
    void everyBatchHasALaneAndTheFirstOfAStepItsName() {
        assertThat(texts(traffic, "name"))
                .containsExactly("three hits", "time moves", "late", "no rows", "replay of batch 4");
        assertThat(texts(traffic, "name continued")).containsExactly("three hits", "time moves");
        assertThat(texts(traffic, "kind"))
                .containsExactly(
                        "batch 0, data",
                        "nothing",
                        "state 3",
                        "batch 1, no data",
                        "nothing",
                        "state 3",
                        "batch 2, data",
                        "nothing",
                        "state 4",
                        "batch 3, no data",
                        "state 1",
                        "batch 4, data",
                        "nothing",
                        "state 1, late 1",
                        "no batch was due",
                        "nothing",
                        "batch 4, data, rerun",
                        "nothing",
                        "state 1, late 1");
    }

    @Test
    void outputIsSorted() {
        assertThat(lines(traffic, "out"))
                .containsExactly("(00:00-00:10, 1, 1)", "(00:00-00:10, 2, 1)", "(00:00-00:10, 3, 1)");
    }

    @Test
    void windowClosedByABatchIsNotInTheNext() {
        assertThat(all(traffic, "<title>window (00:00-00:10 of [^<]*)</title>"))
                .containsExactly(
                        "00:00-00:10 of zip = 1; zip = 2; zip = 3, open",
                        "00:00-00:10 of zip = 1; zip = 2; zip = 3, open",
                        "00:00-00:10 of zip = 1; zip = 2; zip = 3, open",
                        "00:00-00:10 of zip = 1; zip = 2; zip = 3, closed");
    }

    @Test
    void lateRowIsACrossAndOpensNoWindow() {
        assertThat(traffic).contains("<g class='late'><title>hits (9, 00:06) at 00:06, too late</title><path d='M");
        assertThat(all(traffic, "<g class='(\\w+)'>")).containsExactly("event", "event", "event", "event", "late");
    }

    @Test
    void watermarkIsMarkedWhereItMoves() {
        assertThat(texts(traffic, "mark")).containsExactly("12-31 23:55", "00:25");
    }

    @Test
    void rowsAtTheSameTimeAreDrawnBelowOneAnother() {
        assertThat(traffic)
                .contains("<title>hits (1, 00:05) at 00:05</title>", "<title>hits (3, 00:05) at 00:05</title>");
        assertThat(all(traffic, "<circle cx='[\\d.]+' cy='([\\d.]+)' r='5'/>")).startsWith("60.0", "73.0", "86.0");
    }

    @Test
    void axisIsInStepsThatFitTheSpan(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().withWatermark("time", "0 seconds"), append())
                .batch("one", b -> b.given(hits, hit("1", "00:02")).runs())
                .batch("two", b -> b.given(hits, hit("1", "00:35")).runs());

        assertThat(texts(traffic, "axis")).containsExactly("12-31 23:50", "00:00", "00:10", "00:20", "00:30", "00:40");
        assertThat(texts(page(run), "axis"))
                .containsExactly("00:00", "00:05", "00:10", "00:15", "00:20", "00:25", "00:30", "00:35");
        run.batch(
                "a day later",
                b -> b.given(hits, hit("1", "2026-01-02T12:00:00Z")).runs());
        assertThat(texts(page(run), "axis")).contains("00:00", "06:00", "01-02 00:00", "01-02 12:00");
    }

    @Test
    void onlyEightLinesAreDrawnAndTheOthersCounted(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(hits.rows().select("zip"), append())
                .batch(
                        "ten",
                        b -> b.given(hits, Collections.nCopies(10, hit("1", "00:01")))
                                .runs()));

        assertThat(lines(page, "row")).hasSize(8).endsWith("... and 3 more");
        assertThat(lines(page, "out")).hasSize(8).endsWith("... and 3 more");
    }

    @Test
    void longLinesAreCutButWholeInTheirTooltip(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        String zip = "9".repeat(50);

        String page = page(kit.run(hits.rows().select("zip"), append())
                .batch("long", b -> b.given(hits, hit(zip, "00:01")).runs()));

        assertThat(page)
                .contains("hits (" + "9".repeat(37) + "...<title>hits (" + zip + ", 00:01)</title>")
                .contains("(" + "9".repeat(40) + "...<title>(" + zip + ")</title>");
    }

    @Test
    void windowsThatOverlapAreDrawnAboveOneAnother(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(
                        hits.rows()
                                .withWatermark("time", "0 seconds")
                                .groupBy(window(col("time"), "10 minutes", "5 minutes"))
                                .count(),
                        update())
                .batch("a hit", b -> b.given(hits, hit("1", "00:07")).runs()));

        assertThat(page).contains("<title>window 00:00-00:10, open</title>", "<title>window 00:05-00:15, open</title>");
        assertThat(all(page, "<rect class='window open' x='[\\d.]+' y='([\\d.]+)'"))
                .doesNotHaveDuplicates();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyWindowsThatOverlapAreDrawnAboveOneAnother(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(
                        hits.rows()
                                .withWatermark("time", "0 seconds")
                                .groupBy(window(col("time"), "1 hour", "1 minute"))
                                .count(),
                        update())
                .batch("a hit", b -> b.given(hits, hit("1", "00:07")).runs()));

        assertThat(all(page, "<rect class='window open' x='[\\d.]+' y='([\\d.]+)'"))
                .as("in the lanes of two batches")
                .hasSize(2 * 60)
                .doesNotHaveDuplicates();
    }

    @Test
    void rowWithoutATimeIsListedButNotDrawn(StreamKit kit) throws Exception {
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");

        String page = page(kit.run(
                        rows.rows()
                                .withWatermark("time", "1 minute")
                                .groupBy(window(col("time"), "10 minutes"))
                                .count(),
                        update())
                .batch("no time", b -> b.given(rows, row("1", null)).runs()));

        assertThat(lines(page, "row")).containsExactly("rows (1, null)");
        assertThat(page).doesNotContain("<circle cx='");
    }

    @Test
    void sessionsAreDrawnMergedAndByTheirKeys(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(
                        hits.rows()
                                .withWatermark("time", "20 minutes")
                                .groupBy(session_window(col("time"), "5 minutes"), col("zip"))
                                .count(),
                        append())
                .explicitNoDataBatches()
                .batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:03"), hit("a", "00:11"))
                                .runs())
                .batch("they merge", b -> b.given(hits, hit("a", "00:06")).runs())
                .batch("time moves", b -> b.given(hits, hit("<b>", "00:50")).runs())
                .noDataBatch("they close", b -> b.runs());

        String page = page(run);

        assertThat(all(page, "<title>session ([^<]*)</title>"))
                .containsExactly(
                        "00:01-00:06 of zip = a, open",
                        "00:03-00:08 of zip = b, open",
                        "00:11-00:16 of zip = a, open",
                        "00:03-00:08 of zip = b, open",
                        "00:01-00:16 of zip = a, open",
                        "00:03-00:08 of zip = b, open",
                        "00:01-00:16 of zip = a, open",
                        "00:50-00:55 of zip = &lt;b&gt;, open",
                        "00:03-00:08 of zip = b, closed",
                        "00:01-00:16 of zip = a, closed",
                        "00:50-00:55 of zip = &lt;b&gt;, open");
        assertThat(texts(page, "beside")).contains("zip = a", "zip = b", "zip = &lt;b&gt;", "zip = b, closed");
        drawing(page);
    }

    @Test
    void rewoundBatchIsDrawnWithTheStateBeforeIt(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), update())
                .explicitNoDataBatches()
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs())
                .batch("two", b -> b.given(hits, hit("a", "00:11")).runs())
                .rewindTo("one", b -> b.runs());

        assertThat(all(page(run), "<title>window ([^<]*)</title>"))
                .containsExactly(
                        "00:00-00:10 of zip = a, open",
                        "00:00-00:10 of zip = a, open",
                        "00:10-00:20 of zip = a, open",
                        "00:00-00:10 of zip = a, open",
                        "00:00-00:10 of zip = a, open",
                        "00:10-00:20 of zip = a, open");
    }

    @Test
    void windowsStayOpenInCompleteMode(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), complete())
                .explicitNoDataBatches()
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs())
                .batch("an hour later", b -> b.given(hits, hit("a", "01:01")).runs())
                .batch("early", b -> b.given(hits, hit("b", "00:02")).runs());

        String page = page(run);

        assertThat(all(page, "<title>window ([^<]*)</title>"))
                .endsWith("00:00-00:10 of zip = a; zip = b, open", "01:00-01:10 of zip = a, open");
        assertThat(page).doesNotContain("too late</title>", ", closed</title>");
    }

    @Test
    void inputsOfAJoinAreDrawnInBandsOfTheirOwn(StreamKit kit) throws Exception {
        Input<Hit> ads = kit.input("<ads>", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(
                        ads.rows()
                                .withWatermark("time", "0 seconds")
                                .join(
                                        clicks.rows()
                                                .withWatermark("time", "0 seconds")
                                                .withColumnRenamed("time", "seen"),
                                        "zip"),
                        append())
                .batch(
                        "both",
                        b -> b.given(clicks, hit("a", "00:05"))
                                .given(ads, hit("a", "00:05"))
                                .runs());

        String page = page(run);

        assertThat(texts(page, "input")).containsExactly("clicks", "&lt;ads&gt;");
        assertThat(lines(page, "row")).containsExactly("clicks (a, 00:05)", "&lt;ads&gt; (a, 00:05)");
        assertThat(all(page, "<g class='event'><title>([^<]*)</title>"))
                .containsExactly("clicks (a, 00:05) at 00:05", "&lt;ads&gt; (a, 00:05) at 00:05");
        assertThat(all(page, "<circle cx='[\\d.]+' cy='([\\d.]+)' r='5'/>")).containsExactly("60.0", "79.0");
        drawing(page);
    }

    @Test
    void restartIsDrawnBeforeTheStepThatFollowsIt(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append())
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs())
                .restart()
                .batch("two", b -> b.given(hits, hit("b", "00:01")).runs());

        assertThat(all(page(run), "<text class='(?:name|restarted)'[^>]*>([^<]*)"))
                .containsExactly("one", "restarted", "two");
    }

    @Test
    void queryWithoutEventTimeIsAPlainSequence(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(hits.rows().groupBy("zip").count(), update())
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs()));

        assertThat(page)
                .contains("<p>update mode &middot; micro-batches down</p>", "viewBox=\"0 0 680 ")
                .doesNotContain("class='axis'", "class='tick'", "class=\"legend\"", "class='watermark'");
        assertThat(texts(page, "kind")).containsExactly("batch 0, data", "state 1");
    }

    @Test
    void clockIsDrawnWhereTheQueryReadsIt(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("zip", "current_timestamp() AS now"), append())
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs())
                .clock("00:30")
                .batch("two", b -> b.given(hits, hit("b", "00:01")).runs());

        assertThat(texts(page(run), "kind"))
                .containsExactly("batch 0, data, clock 00:00", "batch 1, data, clock 00:30");
        assertThat(run.timeline()).contains("batch 0 (data), clock 00:00\n", "batch 1 (data), clock 00:30\n");
    }

    @Test
    void pageHasTheTimelineAsTextAndTheColorsOfBothSchemes() {
        assertThat(traffic)
                .contains("<pre id=\"text\">Timeline (append mode)\n  three hits\n    in   hits (3, 00:05)\n")
                .contains("watermark none -&gt; 2025-12-31T23:55")
                .contains("role=\"img\" aria-label=\"Timeline\" aria-describedby=\"text\">")
                .contains("@media (prefers-color-scheme: dark)");
    }

    @Test
    void runOfAWriterIsDrawnWithoutTimes(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);

        String page = page(kit.run(hits.rows().writeStream().format("noop"), List::of)
                .batch("a hit", b -> b.given(hits, hit("1", "00:01")).runs()));

        assertThat(lines(page, "row")).containsExactly("hits (1, 00:01)");
        assertThat(texts(page, "kind")).containsExactly("batch 0, data", "nothing");
    }

    @Test
    void pageThatCannotBeWrittenIsNamed(StreamKit kit) throws IOException {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Path taken = Files.createDirectory(directory.resolve("taken.html"));

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> kit.run(hits.rows(), append()).writeHtml(taken))
                .withMessage("Cannot write " + taken);
    }

    private String page(StreamRun run) throws IOException {
        Path page = directory.resolve("below").resolve("page.html");
        run.writeHtml(page);
        return Files.readString(page);
    }

    /** The drawing, which must be XML. */
    private static org.w3c.dom.Document drawing(String page) throws Exception {
        String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + "</svg>".length());
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<String> texts(String page, String style) {
        return all(page, "<text class='" + style + "'[^>]*>([^<]*)");
    }

    private static List<String> lines(String page, String style) {
        return all(page, "<text class='" + style + "'[^>]*>([^<]*)<title>");
    }

    private static List<String> all(String page, String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
