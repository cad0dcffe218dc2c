package io.millrace.core.internal;

/** An expression of Millrace's own that says what its settings are: they are not among its children. */
public interface DescribedExpression {
    /** The settings, in words that are the same in every JVM. */
    String describe();

    /** Those of a field of the struct that it computes, by its position. */
    String describe(int field);
}
