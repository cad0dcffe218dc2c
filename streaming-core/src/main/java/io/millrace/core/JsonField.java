package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column that {@link JsonFields} adds.
 *
 * @param verb the call that named it
 * @param parsed the field of the parsed struct that holds its text
 */
record JsonField(String verb, String name, JsonPath path, DataType type, String parsed) {
    boolean isText() {
        return type.equals(DataTypes.StringType);
    }

    Column text() {
        return col(parsed);
    }

    /** As {@code cast} gives it in this session, but for an error, which is NULL here: what to do is a choice of its own. */
    Column value(SparkSession spark) {
        if (isText()) {
            return text();
        }
        boolean strict = Boolean.parseBoolean(spark.conf().get("spark.sql.ansi.enabled"));
        return strict ? expr("try_cast(" + parsed + " AS " + type.sql() + ")") : text().cast(type);
    }

    /** Whether there is no text, or the text is of the type. */
    Column isConverted(SparkSession spark) {
        return text().isNull().or(value(spark).isNotNull());
    }

    /** NULL where it is converted. */
    Column reason(SparkSession spark) {
        return when(isConverted(spark), lit(null)).otherwise(lit(name + " is no " + type.simpleString()));
    }

    String describe() {
        return "." + verb + "(" + name + ", " + path.text() + ")";
    }
}
