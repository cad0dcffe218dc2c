package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UpsertRuleTest {
    private static final UpsertRule UPSERT = UpsertRule.upsertOn(List.of("id"));

    @Test
    void optionsAddUpInAnyOrder() {
        UpsertRule one = UPSERT.keepingOldWhereNull().unfenced().withDurableRows();
        UpsertRule other = UPSERT.withDurableRows().unfenced().keepingOldWhereNull();

        assertThat(one).isEqualTo(other);
        assertThat(one.keepOldWhereNull()).isTrue();
        assertThat(one.durableRows()).isTrue();
        assertThat(one.needsFence()).isFalse();
        assertThat(one.insertOnly()).isFalse();
    }

    @Test
    void onlyAnUpsertIsFencedUnlessAVersionDoesTheSame() {
        assertThat(UPSERT.needsFence()).isTrue();
        assertThat(UPSERT.versionedBy("version").needsFence()).isFalse();
        assertThat(UPSERT.versionedBy("version").deleteWhen("gone").needsFence())
                .isTrue();
        assertThat(UpsertRule.insertOnlyOn(List.of("id")).needsFence()).isFalse();
    }

    @Test
    void eachChangeLeavesTheRestAsItWas() {
        DeadLetterRule letters = DeadLetterRule.to(new TableName(null, "refused"));
        UpsertRule rule = UPSERT.versionedBy("version")
                .deleteWhen("gone")
                .updating(List.of("name"))
                .deadLetters(letters)
                .unfenced();

        assertThat(rule)
                .isEqualTo(new UpsertRule(
                        "upsertOn",
                        List.of("id"),
                        "version",
                        "gone",
                        List.of("name"),
                        Set.of(UpsertRule.Option.UNFENCED),
                        letters));
    }
}
