package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Spark;
import io.millrace.core.internal.RowCount;
import io.millrace.core.internal.spark.SparkLine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GetJsonObject;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arrays in arrays, on a thread with a small stack, compared with Spark's own function on one with a large stack. */
class DeepJsonTest {
    private static final long SMALL = 256 << 10;
    // Rounded up to the smallest stack that the JVM starts a thread with: compiled frames are small, too.
    private static final long SMALLEST = 64 << 10;
    private static final long LARGE = 256 << 20;

    @ParameterizedTest(name = "{0} levels, {1}")
    @CsvSource({
        "63, $[*][*]",
        "65, $[*][*]",
        "700, $[*][*]",
        "1000, $[*][*]",
        "1001, $[*][*]",
        "700, $[0][*][*]",
        "700, $[*]",
        "700, $[0][0]"
    })
    void readsWhatSparkReads(int levels, String path) {
        byte[] document = nested(levels);

        assertThat(onStackOf(SMALL, () -> ours(document, path)))
                .isEqualTo(onStackOf(LARGE, () -> sparks(document, path)));
    }

    @Test
    void findsTheInnermostValues() {
        assertThat(onStackOf(SMALL, () -> ours(nested(1_000), "$[*][*]"))).isEqualTo("[7,\"]\\\"'\"]");
    }

    @Test
    void sparksOwnFunctionOverflowsTheStack() {
        // Loads the classes, which an overflow in their initializers would spoil for all tests of this JVM.
        onStackOf(LARGE, () -> sparks(nested(1_000), "$[*][*]"));

        assertThatThrownBy(() -> onStackOf(SMALLEST, () -> sparks(nested(1_000), "$[*][*]")))
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    private static byte[] nested(int levels) {
        return bytes("[".repeat(levels) + "7,\"]\\\"'\"" + "]".repeat(levels));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String ours(byte[] document, String path) {
        JsonField field = new JsonField("string", "x", JsonPath.parse("string(x", path), JsonType.TEXT);
        Column struct = SparkJson.struct(first(), List.of(field), "UTC", RowCount.malformed(Spark.session(), "x"));
        InternalRow found =
                (InternalRow) SparkLine.expression(struct).eval(new GenericInternalRow(new Object[] {document}));
        return found.isNullAt(0) ? null : found.getUTF8String(0).toString();
    }

    private static @Nullable String sparks(byte[] document, String path) {
        Expression function = new GetJsonObject(
                new BoundReference(0, DataTypes.StringType, false), Literal.create(path, DataTypes.StringType));
        Object found = function.eval(new GenericInternalRow(new Object[] {UTF8String.fromBytes(document)}));
        return found == null ? null : found.toString();
    }

    private static Column first() {
        return SparkLine.column(new BoundReference(0, DataTypes.BinaryType, false));
    }

    private static <T> T onStackOf(long bytes, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(null, task, "stack", bytes).start())
                .join();
    }
}
