package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How the columns of a database store values of the stream's types, in a table {@code typed}. */
abstract class ColumnTypes {
    abstract Database database();

    /** The rows of a query, each as its values joined by a bar. */
    abstract List<String> rows(String query);

    /** The table {@code typed} with the columns {@code id} and {@code value}. */
    abstract void createTable(String column);

    /** {@code misfits()} of the subclass: the stream's type, the column's, a value and the reason. */
    @ParameterizedTest(name = "{0} into {1}: {3}")
    @MethodSource("misfits")
    void aValueThatDoesNotFitIsRefusedByItsColumnAndIsNotShown(
            String spark, String column, Object value, String reason) {
        createTable(column);

        assertThatThrownBy(() -> Server.write(typed().writer(schema(spark)), row(1, value)))
                .hasMessageContaining(reason)
                .hasMessageNotContaining("canary")
                .hasNoCause();
        assertThat(rows("SELECT * FROM typed")).isEmpty();
    }

    final JdbcUpsert typed() {
        return Sinks.jdbc(database()).table("typed").upsertOn("id");
    }

    static StructType schema(String type) {
        return new StructType().add("id", "int").add("value", DataType.fromDDL(type));
    }

    static Arguments value(String spark, String column, Object value, String read) {
        return Arguments.of(spark, column, value, read);
    }
}
