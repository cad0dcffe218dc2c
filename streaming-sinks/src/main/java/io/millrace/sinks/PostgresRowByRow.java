package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges staged rows one by one, on the server: a block of PL/pgSQL that goes through their numbers in order. Several rows
 * share a subtransaction. One that is refused takes it back, and is known by then: those before it are merged again, it is
 * noted, and the rest goes on, with fewer rows in each subtransaction. As the first of its subtransaction a row is refused
 * for good.
 */
final class PostgresRowByRow {
    /** The number of the row that is merged, for the statement. */
    static final String NUMBER = "millrace_number";

    private static final String RESULT = "millrace.refused";
    private static final int PARTS = 6;

    /** What a row is never to blame for, as {@link PostgresFaults} has it: another attempt or a person must see it. */
    private static final String NOT_A_ROW = "^(08|25|28|3D|40|53|57|58|F0)|^(2200H|55P03|55006|XX001|XX002)$";

    private static final String BLOCK = """
            DO <millrace quote>
            #variable_conflict use_column
            DECLARE
                millrace_numbers bigint[];
                millrace_number bigint;
                millrace_total int;
                millrace_done int := 0;
                millrace_at int := 0;
                millrace_bad int := 0;
                millrace_last int;
                millrace_size int := 64;
                millrace_refused text[] := '{}';
                millrace_state text;
                millrace_message text;
                millrace_column text;
                millrace_constraint text;
                millrace_context text;
            BEGIN
                SELECT COALESCE(array_agg(found.number ORDER BY found.number), '{}') INTO millrace_numbers
                FROM (<millrace numbers>) AS found (number);
                millrace_total := cardinality(millrace_numbers);
                WHILE millrace_done < millrace_total LOOP
                    IF millrace_bad = millrace_done + 1 THEN
                        millrace_refused := array_append(millrace_refused, millrace_numbers[millrace_bad]::text);
                        millrace_refused := array_append(millrace_refused, millrace_state);
                        millrace_refused := array_append(millrace_refused, 'ERROR: ' || millrace_message);
                        millrace_refused := array_append(millrace_refused, millrace_column);
                        millrace_refused := array_append(millrace_refused, millrace_constraint);
                        millrace_refused := array_append(millrace_refused, millrace_context);
                        millrace_done := millrace_bad;
                        CONTINUE;
                    END IF;
                    millrace_last := CASE WHEN millrace_bad > millrace_done THEN millrace_bad - 1
                                          ELSE LEAST(millrace_done + millrace_size, millrace_total) END;
                    BEGIN
                        millrace_at := millrace_done;
                        WHILE millrace_at < millrace_last LOOP
                            millrace_at := millrace_at + 1;
                            millrace_number := millrace_numbers[millrace_at];
                            <millrace merge>;
                        END LOOP;
                        IF millrace_bad <= millrace_done THEN
                            millrace_size := LEAST(2 * millrace_size, 4096);
                        END IF;
                        millrace_done := millrace_last;
                    EXCEPTION WHEN OTHERS OR ASSERT_FAILURE THEN
                        GET STACKED DIAGNOSTICS millrace_state = RETURNED_SQLSTATE, millrace_message = MESSAGE_TEXT,
                            millrace_column = COLUMN_NAME, millrace_constraint = CONSTRAINT_NAME,
                            millrace_context = PG_EXCEPTION_CONTEXT;
                        IF millrace_state ~ '<millrace not a row>' THEN
                            RAISE;
                        END IF;
                        millrace_bad := millrace_at;
                        millrace_size := GREATEST(millrace_size / 4, 8);
                    END;
                END LOOP;
                PERFORM set_config('<millrace result>', array_to_json(millrace_refused)::text, true);
            END <millrace quote>
            """;

    private PostgresRowByRow() {}

    /** Whether the role may write such a block. */
    static boolean isPossible(Connection connection) throws SQLException {
        return Sql.rows(
                                connection,
                                "SELECT 1 FROM pg_language WHERE lanname = 'plpgsql' AND has_language_privilege(oid, 'USAGE')",
                                found -> 1)
                        .size()
                == 1;
    }

    /**
     * The refused rows; in the caller's transaction.
     *
     * @param numbers a query for the numbers of the rows
     * @param merge statements of PL/pgSQL that merge the row of {@link #NUMBER}
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
        return BLOCK.replace("<millrace quote>", quote)
                .replace("<millrace not a row>", NOT_A_ROW)
                .replace("<millrace result>", RESULT)
                .replace("<millrace numbers>", numbers)
                .replace("<millrace merge>", merge);
    }

    private static Refusal refusal(List<String> parts) {
        String state = parts.get(1);
        String reason = parts.get(2);
        String told = PostgresFaults.isHarmless(state, parts.get(5))
                ? reason.lines().findFirst().orElse("") + " (SQLSTATE " + state + ")"
                : "the table refuses a row (SQLSTATE " + state + PostgresFaults.place(parts.get(3), parts.get(4)) + ")";
        return new Refusal(Long.parseLong(parts.get(0)), state, reason, told);
    }
}
