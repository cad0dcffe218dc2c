package io.millrace.testkit;

import io.millrace.testkit.BatchOperators.OperatorWatermark;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Says which watermark holds a query back, and which event of which input would move it. */
final class WatermarkAdvice {
    private static final String POLICY = "spark.sql.streaming.multipleWatermarkPolicy";

    /** The watermark of one operator, and the inputs from which it is computed. */
    private record Source(String inputs, long delay, long watermark) {
        String event(long needed) {
            return inputs + " an event at " + Times.text(needed + delay) + " or later";
        }
    }

    private final long watermark;
    private final List<Source> sources;
    private final boolean isMinimum;

    /** For what happens after {@code last}, the last batch of {@code run}, which ran {@code query}. */
    WatermarkAdvice(RunRecord run, Dataset<Row> query, BatchRecord last) {
        this.watermark = last.watermarks().next();
        this.sources = last.operators().watermarks().stream()
                .map(operator -> source(query, run.isRestarted() ? operator.restarted() : operator))
                .toList();
        this.isMinimum = query.sparkSession().conf().get(POLICY, "min").equalsIgnoreCase("min");
    }

    private static Source source(Dataset<Row> query, OperatorWatermark operator) {
        String inputs = String.join(" or ", SparkStateInternals.inputsOfWatermark(query, operator.column()));
        return new Source(inputs, operator.delay(), operator.watermark());
    }

    /** Where the watermark is, such as "the watermark is 00:05, held back by clicks". */
    String position() {
        if (watermark == 0 && sources.size() < 2) {
            return "there is no watermark yet";
        }
        String position = watermark == 0 ? "there is no watermark yet" : "the watermark is " + Times.text(watermark);
        return position + (isUnderstood() && isMinimum ? heldBack() : "");
    }

    private String heldBack() {
        long lowest = sources.stream().mapToLong(Source::watermark).min().orElse(0);
        List<Source> behind =
                sources.stream().filter(source -> source.watermark() == lowest).toList();
        if (sources.size() < 2 || behind.size() == sources.size()) {
            return "";
        }
        String names = behind.stream().map(Source::inputs).collect(Collectors.joining(" and "));
        return ", held back by " + names + (lowest == 0 ? ", which has read no event since the query started" : "");
    }

    /**
     * The same, and what to send so that the watermark is {@code needed}; {@code delay} is that of the only watermark,
     * if the operators of the batch are not known.
     */
    String toReach(long needed, long delay) {
        if (sources.size() < 2) {
            long known = sources.isEmpty() ? delay : sources.get(0).delay();
            return position() + "; send an event at " + Times.text(needed + known) + " or later.";
        }
        if (!isUnderstood()) {
            return position() + ".";
        }
        String events = sources.stream()
                .filter(source -> !isMinimum || source.watermark() < needed)
                .map(source -> source.event(needed))
                .collect(Collectors.joining(isMinimum ? " and " : ", or "));
        return position() + "; send " + events + ".";
    }

    private boolean isUnderstood() {
        return sources.stream().noneMatch(source -> source.inputs().isEmpty());
    }
}
