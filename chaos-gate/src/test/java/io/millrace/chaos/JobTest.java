package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JobTest {
    private static final List<Integer> PARTITIONS = List.of(0, 1, 2, 3);

    @Test
    void tasksDoNotShareAPartitionIfTheOrderOfAKeyMatters() {
        for (Guarantee guarantee : List.of(Guarantee.UPSERT, Guarantee.UPSERT_EXACTLY_ONCE)) {
            assertThat(job(guarantee).leastTasks(guarantee.mostReaders())).isEqualTo(1);
        }
    }

    @Test
    void batchOfAnAuditIsRerunWithOtherTaskBoundaries() {
        int most = Guarantee.APPEND_EXACTLY_ONCE.mostReaders();
        assertThat(job(Guarantee.APPEND_EXACTLY_ONCE).leastTasks(most)).isGreaterThan(PARTITIONS.size());
    }

    @Test
    void commandLineArgumentsRoundTrip() {
        Job job = job(Guarantee.UPSERT);
        assertThat(Job.of(job.arguments(), job.target().password())).isEqualTo(job);
    }

    private static Job job(Guarantee guarantee) {
        Target target = new Target("jdbc:postgresql://127.0.0.1:5432/postgres", "postgres", "unknown");
        return new Job(guarantee, target, "127.0.0.1:9092", "topic", PARTITIONS, "chaos://topic/checkpoint", "topic");
    }
}
