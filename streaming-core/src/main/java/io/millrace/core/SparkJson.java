package io.millrace.core;

import java.io.Serial;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GetJsonObject;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeBlock;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.collection.IndexedSeq;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * {@link JsonReader} as an expression: a binary column in, a struct of texts out, NULL for NULL. The only class that
 * touches Spark's expressions, which are those of Spark 3.5.
 */
final class SparkJson extends Expression implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The field of the struct that says why a document is malformed; NULL where it is not. */
    static final String MALFORMED = "malformed";

    private final Expression child;
    private final Rows rows;
    private transient @Nullable Function<byte[], InternalRow> reader;

    private SparkJson(Expression child, Rows rows) {
        this.child = child;
        this.rows = rows;
    }

    /** A struct of what each path finds, named {@code 0} and so on, and last {@code malformed}, the reason if it is. */
    static Column struct(Column bytes, List<JsonPath> paths) {
        List<String> texts = paths.stream().map(JsonPath::text).toList();
        return new Column(new SparkJson(bytes.expr(), new Rows(JsonTree.of(paths), texts)));
    }

    /** What makes a reader for each task; the generated code knows it by the JDK's interfaces alone. */
    private record Rows(JsonTree tree, List<String> paths)
            implements Supplier<Function<byte[], InternalRow>>, Serializable {
        @Override
        public Function<byte[], InternalRow> get() {
            JsonReader reader = new JsonReader(tree, paths, new Evaluator()::find);
            return document -> {
                reader.read(document);
                return row(reader);
            };
        }

        private InternalRow row(JsonReader reader) {
            @Nullable Object[] texts = new @Nullable Object[paths.size() + 1];
            for (int field = 0; field < paths.size(); field++) {
                texts[field] = UTF8String.fromBytes(reader.value(field));
            }
            texts[paths.size()] = UTF8String.fromString(reader.malformed());
            return new GenericInternalRow(texts);
        }
    }

    /** Spark's own {@code get_json_object}, each path parsed once. */
    private static final class Evaluator {
        private final Map<String, GetJsonObject> expressions = new HashMap<>();

        byte @Nullable [] find(byte[] document, String path) {
            Object[] row = {UTF8String.fromBytes(document)};
            GetJsonObject expression = expressions.computeIfAbsent(path, Evaluator::expression);
            Supplier<@Nullable Object> find = () -> expression.eval(new GenericInternalRow(row));
            Object found = DeepStack.isNeeded(document) ? DeepStack.call(find) : find.get();
            return found == null ? null : ((UTF8String) found).getBytes();
        }

        private static GetJsonObject expression(String path) {
            return new GetJsonObject(
                    new BoundReference(0, DataTypes.StringType, false),
                    Literal.create(UTF8String.fromString(path), DataTypes.StringType));
        }
    }

    /** Spark copies expressions that are not deterministic into no other place: neither a filter nor a second column
     * behind this one parses again. */
    @Override
    public boolean deterministic() {
        return false;
    }

    @Override
    public boolean stateful() {
        return true;
    }

    @Override
    public boolean foldable() {
        return false;
    }

    @Override
    public DataType dataType() {
        StructType type = new StructType();
        for (int field = 0; field < rows.paths().size(); field++) {
            type = type.add(String.valueOf(field), DataTypes.StringType);
        }
        return type.add(MALFORMED, DataTypes.StringType);
    }

    @Override
    public boolean nullable() {
        return child.nullable();
    }

    @Override
    public @Nullable Object eval(InternalRow input) {
        Object document = child.eval(input);
        if (reader == null) {
            reader = rows.get();
        }
        return document == null ? null : reader.apply((byte[]) document);
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        ExprCode document = child.genCode(context);
        String supplier = context.addReferenceObj("jsonRows", rows, Supplier.class.getName());
        String function = Function.class.getName();
        String read = context.addMutableState(
                function, "jsonReader", name -> name + " = (" + function + ") " + supplier + ".get();", false, true);
        return code.copy(
                document.code().$plus(block("""
                        boolean %1$s = %2$s;
                        InternalRow %3$s = %1$s ? null : (InternalRow) %4$s.apply(%5$s);
                        """.formatted(
                                code.isNull(), document.isNull(), code.value(), read, document.value()))),
                code.isNull(),
                code.value());
    }

    private static CodeBlock block(String code) {
        return new CodeBlock(seq(List.of(code)), seq(List.of()));
    }

    private static <T> Seq<T> seq(List<T> elements) {
        return JavaConverters.asScalaBuffer(elements).toList();
    }

    @Override
    public Seq<Expression> children() {
        return seq(List.of(child));
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new SparkJson(children.head(), rows);
    }

    @Override
    public String prettyName() {
        return "json_fields";
    }

    @Override
    public int productArity() {
        return 2;
    }

    @Override
    public Object productElement(int position) {
        return position == 0 ? child : String.join(", ", rows.paths());
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof SparkJson;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparkJson that
                && child.equals(that.child)
                && rows.paths().equals(that.rows.paths());
    }

    @Override
    public int hashCode() {
        return 31 * child.hashCode() + rows.paths().hashCode();
    }
}
