package io.millrace.core;

import io.millrace.core.internal.kafka.GroupCommitter;
import io.millrace.core.internal.kafka.SourceOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** Commits what a query has read to the consumer groups of its Kafka sources. */
final class GroupOffsets implements QueryFollower {
    private final String query;
    private final List<KafkaSource> sources;
    private List<Optional<GroupCommitter>> committers = List.of();

    /** @param sources all Kafka sources of the query, also those without a group, in their order */
    GroupOffsets(String query, List<KafkaSource> sources) {
        this.query = query;
        this.sources = sources;
    }

    @Override
    public synchronized void started(UUID run) {
        committers = sources.stream().map(source -> source.committer(query)).toList();
    }

    @Override
    public synchronized void progressed(StreamingQueryProgress batch) {
        List<SourceOffsets> read = new ArrayList<>(SourceOffsets.of(batch));
        for (int position = 0; position < committers.size(); position++) {
            Optional<SourceOffsets> offsets =
                    SourceOffsets.take(read, sources.get(position).selection());
            committers
                    .get(position)
                    .ifPresent(committer -> offsets.map(SourceOffsets::end)
                            .filter(end -> !end.isEmpty())
                            .ifPresent(committer::commit));
        }
    }

    @Override
    public synchronized void idle() {
        committers.forEach(committer -> committer.ifPresent(GroupCommitter::refresh));
    }

    @Override
    public synchronized void ended(UUID run, Optional<String> failure) {
        committers.forEach(committer -> committer.ifPresent(GroupCommitter::finish));
    }
}
