package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Hit.windowed;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.session_window;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who follows the advice of a failure gets the row that waits; an event a millisecond earlier does not bring it. */
@StreamingTest
class AdviceTest {
    private static final Pattern EVENT = Pattern.compile("(?:send|and) (?:(ads|clicks) )?an event at (\\S+) or later");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void ofASessionIsExact(long seed, StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Dataset<Row> sessions = ads.rows()
                .withWatermark("time", "3 minutes")
                .groupBy(session_window(col("time"), "2 minutes"), col("zip"))
                .count();

        follow(kit, sessions, List.of(ads), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void ofAWindowIsExact(long seed, StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);

        follow(kit, windowed(ads), List.of(ads), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4, 5})
    void ofAnOuterJoinIsExact(long seed, StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        Dataset<Row> joined = ads.rows()
                .withWatermark("time", "4 minutes")
                .join(
                        clicks.rows()
                                .withWatermark("time", "1 minute")
                                .withColumnRenamed("zip", "clicked")
                                .withColumnRenamed("time", "seen"),
                        expr("zip = clicked AND seen >= time - INTERVAL 2 MINUTES"
                                + " AND seen < time + INTERVAL 5 MINUTES"),
                        List.of("left_outer", "right_outer", "full_outer").get((int) seed % 3));

        follow(kit, joined, List.of(ads, clicks), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4})
    void ofAnOuterJoinByItsEventTimeIsExact(long seed, StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        Dataset<Row> joined = ads.rows()
                .withWatermark("time", "4 minutes")
                .join(clicks.rows().withWatermark("time", "1 minute"), new String[] {"zip", "time"}, "left_outer");

        follow(kit, joined, List.of(ads, clicks), seed);
    }

    /** Gives random rows, then follows the first advice three times, first a millisecond too early. */
    private static void follow(StreamKit kit, Dataset<Row> query, List<Input<Hit>> inputs, long seed) {
        Random random = new Random(seed);
        StreamRun run = kit.run(query, append());
        for (int step = 0; step < 3; step++) {
            run.batch("rows " + step, b -> {
                inputs.forEach(input -> b.given(input, rows(random)));
                b.runs();
            });
            if (random.nextInt(4) == 0) {
                run.restart();
            }
        }
        for (int step = 0; step < 3; step++) {
            String advice = advice(run, step);
            Map<String, Instant> events = events(advice, inputs);
            assertThat(events).as(advice).isNotEmpty();
            String last = events.keySet().stream().reduce((one, other) -> other).orElseThrow();
            run.batch("too early " + step, b -> give(b, inputs, events, last, Duration.ofMillis(1)));
            String still = advice(run, step + 100);
            assertThat(still).as(run.timeline()).isNotEmpty();
            assertThat(subject(still)).as(advice + "\n" + run.timeline()).isEqualTo(subject(advice));
            int early = emitted(run);
            run.batch("as advised " + step, b -> give(b, inputs, events, last, Duration.ZERO));
            assertThat(emitted(run)).as(advice + "\n" + run.timeline()).isGreaterThan(early);
        }
    }

    private static void give(
            Batch batch, List<Input<Hit>> inputs, Map<String, Instant> events, String last, Duration less) {
        for (Input<Hit> input : inputs) {
            Instant at = events.get(input.given().name());
            if (at != null) {
                boolean isLast = input.given().name().equals(last);
                batch.given(input, new Hit("mover", isLast ? at.minus(less) : at));
            }
        }
        batch.runs();
    }

    private static int emitted(StreamRun run) {
        return run.record().steps().stream()
                .mapToInt(step -> step.output().size())
                .sum();
    }

    private static String subject(String advice) {
        return advice.replaceFirst(" waits.*", "");
    }

    /** The first line that advises, of a step that expects a row too many. */
    private static String advice(StreamRun run, int step) {
        Row nothing = StreamKit.row(new Object[run.record().schema().length()]);
        String reason = reasonOf(() -> run.batch("why " + step, b -> b.emits(nothing)));
        return reason.lines()
                .filter(line -> line.contains("; send "))
                .findFirst()
                .orElse("");
    }

    private static Map<String, Instant> events(String advice, List<Input<Hit>> inputs) {
        Map<String, Instant> events = new TreeMap<>();
        Matcher matcher = EVENT.matcher(advice.replaceFirst(".*; send ", "; send "));
        while (matcher.find()) {
            String input = matcher.group(1) == null ? inputs.get(0).given().name() : matcher.group(1);
            events.put(input, Times.parse(matcher.group(2)));
        }
        return events;
    }

    private static List<Hit> rows(Random random) {
        return IntStream.range(0, 3)
                .mapToObj(row ->
                        new Hit("z" + random.nextInt(5), StreamKit.at("00:10").plusMillis(random.nextInt(900_000))))
                .toList();
    }
}
