package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The parts of a record and their defaults. */
class KafkaRowTest {
    @Test
    void recordOfAValueHasTheDefaultsOfAPlainProducer() {
        KafkaRow record = KafkaRow.value("é");

        assertThat(record.value()).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
        assertThat(record.key()).isNull();
        assertThat(record.topicOr("hits")).isEqualTo("hits");
        assertThat(record.partition()).isZero();
        assertThat(record.offset()).isNull();
        assertThat(record.timestamp()).isEqualTo(at("00:00"));
        assertThat(record.timestampType()).isZero();
        assertThat(record.headers()).isEmpty();
    }

    @Test
    void tombstoneHasNoValue() {
        assertThat(KafkaRow.value(null).value()).isNull();
        assertThat(KafkaRow.bytes(null).value()).isNull();
        assertThat(KafkaRow.bytes(new byte[] {1, 2}).value()).containsExactly(1, 2);
    }

    @Test
    void everyPartCanBeSet() {
        KafkaRow record = KafkaRow.value("v")
                .key("k")
                .topic("other")
                .partition(3)
                .offset(42)
                .timestamp("00:05")
                .logAppendTime();

        assertThat(record.value()).isEqualTo(bytes("v"));
        assertThat(record.key()).isEqualTo(bytes("k"));
        assertThat(record.topicOr("hits")).isEqualTo("other");
        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.offset()).isEqualTo(42);
        assertThat(record.timestamp()).isEqualTo(at("00:05"));
        assertThat(record.timestampType()).isEqualTo(1);
    }

    @Test
    void keyMayBeBytes() {
        assertThat(KafkaRow.value("v").key(new byte[] {0, 1}).key()).containsExactly(0, 1);
    }

    @Test
    void halfOfACharacterIsRefused() {
        String refusal = "(a\\ud800): This is not a text, since it has half of a surrogate pair.";

        assertThat(refusalOf(() -> KafkaRow.value("a\ud800"))).isEqualTo("value" + refusal);
        assertThat(refusalOf(() -> KafkaRow.value("v").key("a\ud800"))).isEqualTo("key" + refusal);
        assertThat(refusalOf(() -> KafkaRow.value("v").header("h", "a\ud800"))).isEqualTo("header" + refusal);
    }

    @Test
    void headersKeepTheirOrderAndMayRepeat() {
        KafkaRow record = KafkaRow.value("v").header("b", "1").header("a", "2").header("b", "3");

        assertThat(record.headers())
                .containsExactly(
                        new KafkaRow.Header("b", "1"), new KafkaRow.Header("a", "2"), new KafkaRow.Header("b", "3"));
    }

    @Test
    void everyCallReturnsACopyThatKeepsTheRest() {
        KafkaRow full = KafkaRow.value("v")
                .key("k")
                .topic("t")
                .partition(1)
                .offset(2)
                .timestamp("00:03")
                .logAppendTime()
                .header("h", "4");
        List<UnaryOperator<KafkaRow>> changes = List.of(
                row -> row.key("k"),
                row -> row.topic("t"),
                row -> row.partition(1),
                row -> row.offset(2),
                row -> row.timestamp(at("00:03")),
                KafkaRow::logAppendTime);

        for (UnaryOperator<KafkaRow> change : changes) {
            KafkaRow copy = change.apply(full);
            assertThat(copy).isNotSameAs(full);
            assertThat(copy).usingRecursiveComparison().isEqualTo(full);
        }
        assertThat(full.header("h", "5").headers()).hasSize(2);
        assertThat(full.headers()).hasSize(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void rowsWithTheSameContentAreEqual() {
        KafkaRow one = KafkaRow.value("{\n}").key("k").header("h", "v").timestamp("00:05");

        assertThat(one)
                .isEqualTo(KafkaRow.value("{\n}").key("k").header("h", "v").timestamp("00:05"))
                .hasSameHashCodeAs(
                        KafkaRow.value("{\n}").key("k").header("h", "v").timestamp("00:05"))
                .isNotEqualTo(one.offset(1))
                .isNotEqualTo(one.key("l"));
        assertThat(one)
                .hasToString("KafkaRow(key k, value {\\n}, partition 0, timestamp 00:05, headers [Header[key=h,"
                        + " value=v]])");
    }
}
