package io.millrace.core.internal.guard;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.guard.CodeChange.Effect;
import io.millrace.core.internal.kafka.KafkaJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Sources that were added, removed, put into another order or replaced: Spark continues them by their order. */
final class SourceChanges {
    private static final String WAY_OUT = "Put it back, or start with a new checkpoint.";

    private final String location;
    private final Optional<CodeDocument> before;
    private final CodeDocument now;

    SourceChanges(String location, Optional<CodeDocument> before, CodeDocument now) {
        this.location = Options.shown(location);
        this.before = before;
        this.now = now;
    }

    /** What changes for {@code sources}, of which the checkpoint has {@code offsets}. */
    List<CodeChange> of(List<SourceFacts> sources, List<String> offsets) {
        if (sources.size() != offsets.size()) {
            return List.of(fails(
                    String.join("; ", now.all("source")),
                    "the checkpoint at " + location + " has offsets of " + sources(offsets.size()) + told()
                            + ", and this code reads " + sources(sources.size())
                            + ", while Spark continues sources by their order"));
        }
        List<String> old = before.map(code -> code.all("source")).orElse(List.of());
        List<String> all = now.all("source");
        if (!old.equals(all) && old.size() == all.size() && all.size() > 1 && sameWithoutOrder(old, all)) {
            return List.of(fails(
                    String.join("; ", all),
                    "the checkpoint at " + location + " has the offsets of its sources in another order" + told()
                            + ": each source would get those of another one"));
        }
        List<CodeChange> changes = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            change(sources.get(i), i < old.size() ? Optional.of(old.get(i)) : Optional.empty(), offsets.get(i))
                    .ifPresent(changes::add);
        }
        return changes;
    }

    private static boolean sameWithoutOrder(List<String> old, List<String> now) {
        return new HashSet<>(old).equals(new HashSet<>(now));
    }

    private Optional<CodeChange> change(SourceFacts source, Optional<String> old, String offset) {
        boolean wasKafka = KafkaJson.parsed(offset).isPresent();
        boolean isOfAnotherKind = old.map(words -> !words.split(" ", 2)[0].equals(source.kind()))
                .orElse(source.isKafka() && !wasKafka && !offset.equals("-"));
        if (isOfAnotherKind) {
            return Optional.of(fails(
                    source.words(),
                    "the checkpoint at " + location + " has offsets of another source"
                            + old.map(words -> ", " + words + ",").orElse("") + " which this one cannot read"));
        }
        return source.isKafka() ? topics(source, offset) : directory(source, old);
    }

    private Optional<CodeChange> topics(SourceFacts source, String offset) {
        List<String> dropped = source.dropped(offset);
        if (dropped.isEmpty()) {
            return Optional.empty();
        }
        String partitions = String.join(", ", dropped.subList(0, Math.min(3, dropped.size())))
                + (dropped.size() > 3 ? " and " + (dropped.size() - 3) + " more" : "");
        String reason = "the checkpoint at " + location + " has offsets of " + partitions
                + ", which this source does not read any more";
        return Optional.of(
                source.failsOnDataLoss()
                        ? fails(source.words(), reason)
                        : new CodeChange(
                                Effect.WORKS,
                                new Finding(
                                        "from",
                                        source.words(),
                                        reason + ": records after those offsets are left out, and new topics are"
                                                + " read from their first record",
                                        WAY_OUT)));
    }

    private Optional<CodeChange> directory(SourceFacts source, Optional<String> old) {
        String made = "the checkpoint at " + location + " was made by ";
        return old.filter(words -> !words.equals(source.words()))
                .map(words -> source.isOfFiles()
                        ? fails(source.words(), made + words + ", and lists its files")
                        : new CodeChange(
                                Effect.DIFFERS,
                                new Finding(
                                        "from",
                                        source.words(),
                                        made + words + ": the offsets are of that one",
                                        WAY_OUT)));
    }

    private CodeChange fails(String value, String reason) {
        return new CodeChange(Effect.FAILS, new Finding("from", value, reason, WAY_OUT));
    }

    private String told() {
        return before.map(code -> " (" + String.join("; ", code.all("source")) + ")")
                .orElse("");
    }

    private static String sources(int number) {
        return number == 1 ? "one source" : number + " sources";
    }
}
