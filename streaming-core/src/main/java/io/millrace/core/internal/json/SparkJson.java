package io.millrace.core.internal.json;

import io.millrace.core.internal.RowCount;
import io.millrace.core.internal.StructExpression;
import io.millrace.core.internal.spark.SparkLine;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * {@link JsonReader} as an expression: a binary column in, a struct of values out, NULL for NULL. With
 * {@link JsonConversion}, {@link PlainValue}, {@link JsonPart} and {@link JsonItems} the only class that uses
 * what Spark does not publish.
 */
final class SparkJson extends StructExpression {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The field of the struct with what is wrong with a row; NULL if nothing is. */
    static final String MALFORMED = "malformed";

    private final Rows rows;
    private transient @Nullable Function<byte[], InternalRow> reader;

    private SparkJson(Expression child, Rows rows) {
        super(child);
        this.rows = rows;
    }

    /**
     * A struct of the value of each field, named {@code 0} and so on, and last {@code malformed}.
     *
     * @param zone the time zone of times without one
     */
    static Column struct(Column bytes, List<JsonField> fields, String zone, RowCount malformed) {
        return SparkLine.column(
                new SparkJson(SparkLine.expression(bytes), new Rows(List.copyOf(fields), zone, malformed)));
    }

    /**
     * Creates a reader for each task; the generated code knows it by the JDK's interfaces alone. The row of a document
     * is overwritten by the next: Spark, which reuses rows as well, copies what it keeps.
     */
    private record Rows(List<JsonField> fields, String zone, RowCount malformed)
            implements Supplier<Function<byte[], InternalRow>>, Serializable {
        @Override
        public Function<byte[], InternalRow> get() {
            List<JsonPath> paths = fields.stream().map(JsonField::path).toList();
            List<JsonText.Numbers> numbers =
                    fields.stream().map(field -> field.type().numbers()).toList();
            JsonConversion[] conversions = fields.stream()
                    .map(field -> new JsonConversion(field.type(), DateTimeUtils.getZoneId(zone)))
                    .toArray(JsonConversion[]::new);
            Optional<JsonItems> items = items().map(array -> new JsonItems(array, DateTimeUtils.getZoneId(zone)));
            JsonReader reader = new JsonReader(paths, numbers);
            SpecificInternalRow row = new SpecificInternalRow(type());
            return document -> {
                reader.read(document);
                fill(row, reader, conversions, items);
                return row;
            };
        }

        /** The field whose elements become rows; there is one at most. */
        private Optional<JsonField> items() {
            return fields.stream().filter(JsonField::isItems).findFirst();
        }

        private void fill(
                SpecificInternalRow row, JsonReader reader, JsonConversion[] conversions, Optional<JsonItems> items) {
            String reasons = reader.malformed();
            boolean isUnknown = reasons != null;
            for (int field = 0; field < conversions.length; field++) {
                byte[] text = reader.value(field);
                if (fields.get(field).isItems()) {
                    JsonItems elements = items.orElseThrow();
                    row.update(field, isUnknown ? elements.unknown() : text == null ? null : elements.read(text));
                    reasons = isUnknown || text == null ? reasons : and(reasons, elements.reasons());
                } else if (text == null) {
                    row.setNullAt(field);
                } else if (!conversions[field].set(text, row, field)) {
                    reasons = and(reasons, reason(field, text));
                }
            }
            malformed.add(reasons);
            row.update(conversions.length, UTF8String.fromString(reasons));
        }

        private String reason(int field, byte[] text) {
            String shown = UTF8String.fromBytes(text).toString();
            return fields.get(field).type().reason(fields.get(field).name(), shown);
        }

        private static @Nullable String and(@Nullable String reasons, @Nullable String reason) {
            return reasons == null || reason == null ? (reasons == null ? reason : reasons) : reasons + "; " + reason;
        }

        StructType type() {
            StructType type = new StructType();
            for (int field = 0; field < fields.size(); field++) {
                type = type.add(String.valueOf(field), fields.get(field).type().column());
            }
            return type.add(MALFORMED, DataTypes.StringType);
        }

        String describe() {
            return fields.stream().map(JsonField::paths).collect(Collectors.joining(", "));
        }

        boolean readsAs(Rows other) {
            return fields.equals(other.fields) && zone.equals(other.zone);
        }
    }

    @Override
    public String describe() {
        return rows.describe();
    }

    /** The path of a field; whether a document is malformed depends on all of them. */
    @Override
    public String describe(int field) {
        return field < rows.fields().size() ? rows.fields().get(field).paths() : describe();
    }

    /** False, so that Spark does not copy the expression to other places: no filter or column after it parses again. */
    @Override
    public boolean deterministic() {
        return false;
    }

    @Override
    public boolean stateful() {
        return true;
    }

    @Override
    public DataType dataType() {
        return rows.type();
    }

    @Override
    public @Nullable Object eval(InternalRow input) {
        Object document = child().eval(input);
        if (reader == null) {
            reader = rows.get();
        }
        return document == null ? null : reader.apply((byte[]) document);
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        ExprCode document = child().genCode(context);
        String supplier = context.addReferenceObj("jsonRows", rows, Supplier.class.getName());
        String function = Function.class.getName();
        String read = context.addMutableState(
                function, "jsonReader", name -> name + " = (" + function + ") " + supplier + ".get();", false, true);
        return calling(read, document, code);
    }

    @Override
    protected Expression of(Expression column) {
        return new SparkJson(column, rows);
    }

    @Override
    public String prettyName() {
        return "json_fields";
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof SparkJson;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparkJson that && child().equals(that.child()) && rows.readsAs(that.rows);
    }

    @Override
    public int hashCode() {
        return 31 * child().hashCode() + rows.fields().hashCode();
    }
}
