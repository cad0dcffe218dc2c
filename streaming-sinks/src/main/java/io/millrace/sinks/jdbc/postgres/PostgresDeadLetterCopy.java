package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Copies rows into a staging table that accepts every row: of an invalid row it stores the refusal, in an additional
 * column.
 */
final class PostgresDeadLetterCopy extends PostgresCopy {
    private final int columns;
    private final StructType schema;

    /** @param staged the columns of the staging table for those of the stream */
    PostgresDeadLetterCopy(List<PlannedColumn> columns, List<PlannedColumn> staged, long attempt, long sequence) {
        super(staged, attempt, sequence);
        this.columns = staged.size();
        this.schema = PlannedColumn.schema(columns);
    }

    @Override
    void encode(Row row, PostgresBuffer buffer) {
        int begin = buffer.size();
        try {
            buffer.int16(columns + 3);
            values(row, buffer);
            numbers(buffer);
            buffer.nullValue();
        } catch (InvalidValueException e) {
            buffer.truncate(begin);
            buffer.int16(columns + 3);
            for (int column = 0; column < columns; column++) {
                buffer.nullValue();
            }
            numbers(buffer);
            PostgresCodecs.texts(DeadLetter.of(row, e).parts(schema), buffer);
        }
    }
}
