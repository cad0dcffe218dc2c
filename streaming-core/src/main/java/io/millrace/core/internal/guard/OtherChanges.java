package io.millrace.core.internal.guard;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.guard.CodeChange.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another sink, watermark, time zone, output mode or kind of trigger. */
final class OtherChanges {
    private final String location;
    private final CodeDocument before;
    private final CodeDocument now;

    OtherChanges(String location, CodeDocument before, CodeDocument now) {
        this.location = Options.shown(location);
        this.before = before;
        this.now = now;
    }

    List<CodeChange> all() {
        List<CodeChange> changes = new ArrayList<>();
        now.all("sink").forEach(target -> target(target).ifPresent(changes::add));
        watermark().ifPresent(changes::add);
        zone().ifPresent(changes::add);
        outputMode().ifPresent(changes::add);
        trigger().ifPresent(changes::add);
        return changes;
    }

    private Optional<CodeChange> target(String target) {
        List<String> old = before.all("sink");
        if (old.contains(target)) {
            return Optional.empty();
        }
        Optional<String> renamed = old.stream()
                .filter(known ->
                        !now.all("sink").contains(known) && place(known).equals(place(target)))
                .findFirst();
        return Optional.of(renamed.map(known -> new CodeChange(
                        Effect.WORKS,
                        new Finding(
                                "to",
                                target,
                                "the checkpoint at " + location + " knows this sink as " + known
                                        + ": if the last batch failed for it alone, this one does not get it",
                                "Keep the name of a sink over restarts.")))
                .orElseGet(() -> new CodeChange(
                        Effect.DIFFERS,
                        new Finding(
                                "to",
                                target,
                                "the checkpoint at " + location + " was made by " + String.join("; ", old)
                                        + ": this one gets the rows from now on and lacks the earlier ones",
                                "Start with a new checkpoint if it needs all rows."))));
    }

    /** A target without the name that it has among several. */
    private static String place(String target) {
        return target.replaceFirst("^[A-Za-z0-9_-]{1,100}: ", "");
    }

    private Optional<CodeChange> watermark() {
        List<String> old = before.all("watermark");
        return now.all("watermark").stream()
                .filter(column -> !old.isEmpty() && !old.contains(column))
                .findFirst()
                .map(column -> new CodeChange(
                        Effect.DIFFERS,
                        new Finding(
                                "withWatermark",
                                column,
                                "the checkpoint at " + location + " has a watermark of " + String.join(", ", old)
                                        + ", which does not go back: rows that are before it by " + column
                                        + " are dropped",
                                "Start with a new checkpoint if the times of both differ.")));
    }

    private Optional<CodeChange> zone() {
        String old = before.words("time zone");
        String zone = now.words("time zone");
        return old.isEmpty()
                        || zone.isEmpty()
                        || old.equals(zone)
                        || now.all("step").isEmpty()
                ? Optional.empty()
                : Optional.of(new CodeChange(
                        Effect.DIFFERS,
                        new Finding(
                                "spark.sql.session.timeZone",
                                zone,
                                "steps read or write dates and times by it, and the state in the checkpoint at "
                                        + location + " was made with " + old,
                                "Set it to the same zone on every machine.")));
    }

    private Optional<CodeChange> outputMode() {
        String mode = now.words("output mode");
        return mode.equals("Append")
                        && !before.words("output mode").equals(mode)
                        && !now.all("step").isEmpty()
                ? Optional.of(new CodeChange(
                        Effect.WORKS,
                        new Finding(
                                "outputMode",
                                mode,
                                "the checkpoint at " + location + " was made in "
                                        + before.words("output mode")
                                        + " mode: results that are open are written once more, when they are final",
                                "Nothing to do, if the sink takes that.")))
                : Optional.empty();
    }

    // Only the offsets of Kafka are the same in both.
    private Optional<CodeChange> trigger() {
        String trigger = now.words("trigger");
        return !trigger.equals(before.words("trigger"))
                        && now.all("source").stream().anyMatch(source -> !source.startsWith("kafka"))
                ? Optional.of(new CodeChange(
                        Effect.FAILS,
                        new Finding(
                                "trigger",
                                trigger,
                                "the checkpoint at " + location + " has offsets for " + before.words("trigger")
                                        + " processing, which differ for this source",
                                "Put it back, or start with a new checkpoint.")))
                : Optional.empty();
    }
}
