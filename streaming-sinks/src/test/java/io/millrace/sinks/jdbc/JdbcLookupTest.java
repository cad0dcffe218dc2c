package io.millrace.sinks.jdbc;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Lookups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that get columns of a table. */
class JdbcLookupTest {
    private static final JdbcLookup CUSTOMERS = Lookups.jdbc(Server.database())
            .table("customers")
            .key("customer_id")
            .columns("segment", "since");

    @BeforeEach
    void fill() {
        Server.execute(
                "DROP TABLE IF EXISTS customers",
                "CREATE TABLE customers (customer_id bigint PRIMARY KEY, segment text, since date)",
                "INSERT INTO customers VALUES (1, 'a', '2026-01-01'), (2, 'b', NULL), (3, NULL, '2026-03-03')");
    }

    @Test
    void eachRowGetsTheColumnsOfItsKeyInItsPlace() {
        assertThat(found(CUSTOMERS, 3L, 1L, null, 9L, 2L, 1L))
                .containsExactly(
                        "[0,3,null,2026-03-03]",
                        "[1,1,a,2026-01-01]",
                        "[2,null,null,null]",
                        "[3,9,null,null]",
                        "[4,2,b,null]",
                        "[5,1,a,2026-01-01]");
    }

    private static List<String> found(JdbcLookup lookup, @Nullable Long... keys) {
        List<Row> rows = new ArrayList<>();
        for (Long key : keys) {
            rows.add(Server.row(rows.size(), key));
        }
        Dataset<Row> stream =
                session().createDataFrame(rows, new StructType().add("n", "int").add("customer_id", "long"));
        return Arrays.stream((Row[]) lookup.apply(stream).collect())
                .map(Row::toString)
                .toList();
    }
}
