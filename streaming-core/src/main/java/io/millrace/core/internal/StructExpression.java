package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeBlock;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** An expression of Millrace's own: a column in, a struct out, NULL for NULL. It says what its settings are. */
public abstract class StructExpression extends Expression implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Expression child;

    protected StructExpression(Expression child) {
        this.child = child;
    }

    /** The column. */
    protected Expression child() {
        return child;
    }

    /** The same of another column. */
    protected abstract Expression of(Expression column);

    /** The settings, in words that are the same in every JVM. */
    public abstract String describe();

    /** Those of a field of the struct, by its position. */
    public abstract String describe(int field);

    /** Code that calls {@code apply} of {@code function} with the value of the column. */
    protected static ExprCode calling(String function, ExprCode column, ExprCode code) {
        String text = """
                boolean %1$s = %2$s;
                InternalRow %3$s = %1$s ? null : (InternalRow) %4$s.apply(%5$s);
                """.formatted(code.isNull(), column.isNull(), code.value(), function, column.value());
        CodeBlock block = new CodeBlock(ScalaCollections.seq(List.of(text)), ScalaCollections.seq(List.of()));
        return code.copy(column.code().$plus(block), code.isNull(), code.value());
    }

    @Override
    public boolean foldable() {
        return false;
    }

    @Override
    public boolean nullable() {
        return child.nullable();
    }

    @Override
    public Seq<Expression> children() {
        return ScalaCollections.seq(List.of(child));
    }

    /** What Spark calls with Scala 2.13. */
    @SuppressWarnings("MissingOverride")
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return of(children.head());
    }

    /** What Spark calls with Scala 2.12. */
    @SuppressWarnings("MissingOverride")
    public Expression withNewChildrenInternal(scala.collection.IndexedSeq<Expression> children) {
        return of(children.head());
    }

    @Override
    public int productArity() {
        return 2;
    }

    @Override
    public Object productElement(int position) {
        return position == 0 ? child : describe();
    }
}
