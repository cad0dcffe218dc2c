package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges staged rows on the server except those that the table refuses: a block of PL/pgSQL merges one range of row
 * numbers after the other, each in a subtransaction. A range with a refused row is halved until that row is alone.
 * Ranges grow by one row after each success, and are halved after a refusal: with one refused row in n they reach about
 * the square root of 2n rows, at which the overhead of statements equals that of merges that are rolled back.
 */
final class PostgresRowByRow {
    /** The condition that selects the rows of a range by their numbers. */
    static final String RANGE = "BETWEEN millrace_first AND millrace_last";

    private static final String RESULT = "millrace.refused";
    private static final int PARTS = 6;

    /** Errors that a row never causes, according to {@link PostgresFaults}: they end the block. */
    private static final String NOT_A_ROW = "^(08|25|28|3D|40|53|57|58|F0)|^(2200H|55P03|55006|XX001|XX002)$";

    // It is too long for the method that fills it in.
    @SuppressWarnings("InlineFormatString")
    private static final String BLOCK = """
            DO %1$s
            #variable_conflict use_column
            DECLARE
                millrace_numbers bigint[];
                millrace_first bigint;
                millrace_last bigint;
                millrace_total int;
                millrace_size int := 16;
                millrace_done int := 0;
                millrace_end int;
                millrace_refused_up_to int := 0;
                millrace_refused text[] := '{}';
                millrace_state text;
                millrace_message text;
                millrace_column text;
                millrace_constraint text;
                millrace_context text;
            BEGIN
                SELECT COALESCE(array_agg(found.number ORDER BY found.number), '{}') INTO millrace_numbers
                FROM (%2$s) AS found (number);
                millrace_total := cardinality(millrace_numbers);
                WHILE millrace_done < millrace_total LOOP
                    IF millrace_refused_up_to > millrace_done THEN
                        millrace_end := millrace_done + (millrace_refused_up_to - millrace_done + 1) / 2;
                    ELSE
                        millrace_end := LEAST(millrace_done + millrace_size, millrace_total);
                    END IF;
                    BEGIN
                        millrace_first := millrace_numbers[millrace_done + 1];
                        millrace_last := millrace_numbers[millrace_end];
                        %3$s;
                        IF millrace_refused_up_to <= millrace_done THEN
                            millrace_size := millrace_size + 1;
                        END IF;
                        millrace_done := millrace_end;
                    EXCEPTION WHEN OTHERS OR ASSERT_FAILURE THEN
                        GET STACKED DIAGNOSTICS millrace_state = RETURNED_SQLSTATE, millrace_message = MESSAGE_TEXT,
                            millrace_column = COLUMN_NAME, millrace_constraint = CONSTRAINT_NAME,
                            millrace_context = PG_EXCEPTION_CONTEXT;
                        IF millrace_state ~ '%4$s' THEN
                            RAISE;
                        END IF;
                        IF millrace_refused_up_to <= millrace_done THEN
                            millrace_size := GREATEST(millrace_size / 2, 1);
                        END IF;
                        IF millrace_end > millrace_done + 1 THEN
                            millrace_refused_up_to := millrace_end;
                        ELSE
                            -- one by one: PL/pgSQL does this in place
                            millrace_refused := array_append(millrace_refused, millrace_first::text);
                            millrace_refused := array_append(millrace_refused, millrace_state);
                            millrace_refused := array_append(millrace_refused, 'ERROR: ' || millrace_message);
                            millrace_refused := array_append(millrace_refused, millrace_column);
                            millrace_refused := array_append(millrace_refused, millrace_constraint);
                            millrace_refused := array_append(millrace_refused, millrace_context);
                            millrace_done := millrace_end;
                            millrace_refused_up_to := 0;
                        END IF;
                    END;
                END LOOP;
                PERFORM set_config('%5$s', array_to_json(millrace_refused)::text, true);
            END %1$s
            """;

    private PostgresRowByRow() {}

    /** Whether the role may run such a block. */
    static boolean isPossible(Connection connection) throws SQLException {
        return Sql.rows(
                                connection,
                                "SELECT 1 FROM pg_language WHERE lanname = 'plpgsql'"
                                        + " AND has_language_privilege(oid, 'USAGE')",
                                found -> 1)
                        .size()
                == 1;
    }

    /**
     * Merges rows in the caller's transaction; returns the refused ones.
     *
     * @param numbers a query for the numbers of the rows
     * @param merge statements of PL/pgSQL that merge the rows of {@link #RANGE}, or fail as a whole
     */
    static List<Refusal> run(Connection connection, String numbers, String merge) throws SQLException {
        Sql.execute(connection, block(numbers, merge));
        List<String> parts = Sql.rows(
                connection,
                "SELECT value FROM json_array_elements_text(current_setting('" + RESULT + "')::json)",
                found -> String.valueOf(found.getString(1)));
        List<Refusal> refusals = new ArrayList<>();
        for (int first = 0; first < parts.size(); first += PARTS) {
            refusals.add(refusal(parts.subList(first, first + PARTS)));
        }
        return refusals;
    }

    private static String block(String numbers, String merge) {
        String quote = "$millrace$";
        while (merge.contains(quote) || numbers.contains(quote)) {
            quote = quote.substring(0, quote.length() - 1) + "_$";
        }
        return BLOCK.formatted(quote, numbers, merge, NOT_A_ROW, RESULT);
    }

    private static Refusal refusal(List<String> parts) {
        String state = parts.get(1);
        String reason = parts.get(2);
        String description = PostgresFaults.isHarmless(state, parts.get(5))
                ? reason.lines().findFirst().orElse("") + " (SQLSTATE " + state + ")"
                : "the table refuses a row (SQLSTATE " + state + PostgresFaults.place(parts.get(3), parts.get(4)) + ")";
        return new Refusal(
                Long.parseLong(parts.get(0)),
                PostgresFaults.of(state),
                state.equals(PostgresFaults.FOREIGN_KEY),
                state,
                reason,
                description);
    }
}
