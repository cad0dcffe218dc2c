package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final Failure LOST = failure(FailureKind.CONNECTION_LOST, "1");
    private static final Failure REFUSED = failure(FailureKind.ROW_REFUSED, "1");

    private final SupervisorSpec spec = SupervisorSpec.of(List.of());
    private Instant now = Instant.EPOCH;

    @Test
    void pausesDoubleUpToAMinuteAndChanceTakesHalfOfThemAtMost() {
        assertThat(pauses(new RestartPolicy(spec, () -> 1), 8, Duration.ZERO))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(pauses(new RestartPolicy(spec, () -> 0), 8, Duration.ZERO))
                .extracting(Duration::toMillis)
                .containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
    }

    @Test
    void pausesBeginAnewAfterTenMinutesWithoutAFailure() {
        RestartPolicy policy = new RestartPolicy(spec, () -> 1);
        pauses(policy, 8, Duration.ofMinutes(9));

        assertThat(policy.after(LOST, now, RestartPolicy.QUIET).pause()).contains(Duration.ofSeconds(1));
    }

    @Test
    void anOutageOfTwelveHoursIsSurvived() {
        RestartPolicy policy = new RestartPolicy(spec, () -> 0.5);
        Instant end = now.plus(Duration.ofHours(12));

        while (now.isBefore(end)) {
            RestartPolicy.Verdict verdict = policy.after(LOST, now, Duration.ZERO);
            assertThat(verdict.pause()).as("pause after %s", now).isPresent();
            now = now.plus(verdict.pause().orElseThrow());
        }
    }

    @Test
    void aQueryIsGivenUpWhenItsRestartsAreUsedUpAndTheWindowSlides() {
        RestartPolicy policy = new RestartPolicy(spec.restarts(3, Duration.ofHours(1)), () -> 1);
        pauses(policy, 3, Duration.ZERO);

        assertThat(policy.after(LOST, now, Duration.ZERO))
                .isEqualTo(
                        RestartPolicy.Verdict.giveUp("3 restarts within PT1H have not helped", Supervisor.STILL_AWAY));
        assertThat(policy.after(LOST, now.plus(Duration.ofHours(2)), Duration.ZERO)
                        .pause())
                .isPresent();
    }

    @Test
    void whatARestartWouldMeetAgainIsGivenUpAtOnce() {
        assertThat(new RestartPolicy(spec, () -> 1).after(REFUSED, now, Duration.ZERO))
                .isEqualTo(RestartPolicy.Verdict.giveUp(
                        "a restart would meet the same failure", Supervisor.NEEDS_A_PERSON));
    }

    @Test
    void anUnknownFailureOfTheSameBatchTwiceIsGivenUp() {
        RestartPolicy policy = new RestartPolicy(spec, () -> 1);

        assertThat(policy.after(unknown("1"), now, Duration.ZERO).pause()).contains(Duration.ofSeconds(10));
        assertThat(policy.after(unknown("2"), now, Duration.ZERO).pause()).contains(Duration.ofSeconds(20));
        assertThat(policy.after(unknown("2"), now, Duration.ZERO))
                .isEqualTo(RestartPolicy.Verdict.giveUp(
                        "the same batch has failed twice in the same way", Supervisor.FAILS_AGAIN));
    }

    @Test
    void unknownFailuresOfManyBatchesAreGivenUpAfterFiveRestartsInAnHour() {
        RestartPolicy policy = new RestartPolicy(spec, () -> 1);
        for (int batch = 0; batch < RestartPolicy.UNKNOWN_AT_MOST; batch++) {
            assertThat(policy.after(unknown("" + batch), now, Duration.ZERO).pause())
                    .isPresent();
        }

        assertThat(policy.after(unknown("6"), now, Duration.ZERO))
                .isEqualTo(
                        RestartPolicy.Verdict.giveUp("5 restarts within PT1H have not helped", Supervisor.FAILS_AGAIN));
        assertThat(policy.after(LOST, now, Duration.ZERO).pause()).isPresent();
    }

    private List<Duration> pauses(RestartPolicy policy, int count, Duration ran) {
        List<Duration> pauses = new ArrayList<>();
        for (int failure = 0; failure < count; failure++) {
            pauses.add(policy.after(LOST, now, ran).pause().orElseThrow());
        }
        return pauses;
    }

    private static Failure unknown(String place) {
        return failure(FailureKind.UNKNOWN, place);
    }

    private static Failure failure(FailureKind kind, String place) {
        return new Failure(kind, "it fails", "it", place);
    }
}
