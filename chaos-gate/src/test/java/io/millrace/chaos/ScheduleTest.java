package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.chaos.checker.Truth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTest {
    private static final List<Fault> FAULTS = List.of(
            new Fault("reply COMMIT after INSERT audit", 2, FaultAction.RESET, 4),
            new Fault("checkpoint commits named", 1, FaultAction.DATABASE_KILL, 6));

    @Test
    void writtenScheduleReadsBackTheSame(@TempDir Path directory) throws Exception {
        Schedule schedule = new Schedule("upsert-3", 42, Layer.DRIVERS, Guarantee.UPSERT, FAULTS);
        schedule.write(directory);
        assertThat(Schedule.read(directory.resolve("upsert-3.schedule"))).isEqualTo(schedule);
    }

    @Test
    void otherFileIsRejectedWithItsName(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("notes"), "hello\n");
        assertThatThrownBy(() -> Schedule.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("notes is not a schedule");
    }

    @Test
    void faultIsDueOnlyAtItsHit() {
        FailPoints points = new FailPoints();
        points.arm(FAULTS.get(0));
        assertThat(points.pass("reply COMMIT after INSERT audit")).isNull();
        assertThat(points.pass("elsewhere")).isNull();
        assertThat(points.pass("reply COMMIT after INSERT audit")).isEqualTo(FAULTS.get(0));
        assertThat(points.pass("reply COMMIT after INSERT audit")).isNull();
        assertThat(points.passed()).containsEntry("reply COMMIT after INSERT audit", 3);
    }

    @Test
    void sameSeedGivesTheSameTopicAndAnotherSeedAnother() {
        assertThat(new Truth(1).at(2, 3)).isEqualTo(new Truth(1).at(2, 3));
        assertThat(new Truth(1).at(2, 3)).isNotEqualTo(new Truth(2).at(2, 3));
    }
}
