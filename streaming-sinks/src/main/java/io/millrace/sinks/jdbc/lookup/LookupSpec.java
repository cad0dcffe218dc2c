package io.millrace.sinks.jdbc.lookup;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a look-up need to know.
 *
 * @param keys the positions of the key columns in the rows of the stream
 * @param keyTypes their types
 * @param values the number of columns that are looked up
 * @param isMarked whether a boolean after them says which rows have no row in the table
 * @param dropsMisses whether those are left out
 */
public record LookupSpec(
        List<Integer> keys, List<DataType> keyTypes, int values, boolean isMarked, boolean dropsMisses, Limits limits)
        implements Serializable {
    /**
     * The limits that the user may set.
     *
     * @param keysPerQuery the maximum number of keys in a query
     * @param hits how long a row of the table is kept
     * @param misses how long it is kept that the table has no row
     * @param entries how many of each are kept
     * @param wholeTable how long the whole table is kept; null if its rows are asked for by key
     */
    public record Limits(
            int keysPerQuery,
            Duration hits,
            Duration misses,
            int entries,
            @Nullable Duration wholeTable) implements Serializable {
        public Limits keysPerQuery(int keys) {
            return new Limits(keys, hits, misses, entries, wholeTable);
        }

        public Limits hits(Duration time) {
            return new Limits(keysPerQuery, time, misses, entries, wholeTable);
        }

        public Limits misses(Duration time) {
            return new Limits(keysPerQuery, hits, time, entries, wholeTable);
        }

        public Limits entries(int number) {
            return new Limits(keysPerQuery, hits, misses, number, wholeTable);
        }

        public Limits wholeTable(Duration time) {
            return new Limits(keysPerQuery, hits, misses, entries, time);
        }

        /** What is not as in {@code standard}, a call each. */
        public List<String> described(Limits standard) {
            List<String> calls = new ArrayList<>();
            if (wholeTable != null) {
                calls.add("wholeTable(), refreshedEvery(" + wholeTable + ")");
            }
            if (keysPerQuery != standard.keysPerQuery) {
                calls.add("keysPerQuery(" + keysPerQuery + ")");
            }
            if (!hits.equals(standard.hits)) {
                calls.add("cachedFor(" + hits + ")");
            }
            if (!misses.equals(standard.misses)) {
                calls.add("missesCachedFor(" + misses + ")");
            }
            if (entries != standard.entries) {
                calls.add("cacheAtMost(" + entries + ")");
            }
            return calls;
        }
    }
}
