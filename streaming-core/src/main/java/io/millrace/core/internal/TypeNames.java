package io.millrace.core.internal;

import org.apache.spark.sql.types.DataType;

/** Types by their names in Spark's SQL. */
public final class TypeNames {
    private TypeNames() {}

    /** The type {@code name}, which {@code call} got. */
    public static DataType parsed(String call, String name) {
        try {
            return DataType.fromDDL(name);
        } catch (Exception e) { // Scala does not declare Spark's ParseException.
            throw new IllegalArgumentException(
                    call + ": this is not a type of Spark's SQL. Write it as in CREATE TABLE, such as bigint,"
                            + " decimal(10,2) or array<string>.",
                    e);
        }
    }
}
