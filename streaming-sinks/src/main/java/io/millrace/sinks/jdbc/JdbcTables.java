package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.internal.Errors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Writes each row into the table that is named for its value of a column, such as the topic. A batch is computed once.
 * With {@code upsertOn} and {@code insertOnlyOn} it is several upserts, one table after the other. With the
 * exactly-once sinks a batch is in all tables or in none: one transaction writes them and their ledgers. Immutable:
 * every call returns a copy.
 *
 * <pre>{@code
 * JdbcTarget shop = Sinks.jdbc(database);
 * Sink tables = shop.tableFrom("topic", Map.of(
 *         "orders", shop.table("orders").upsertExactlyOnce("id").after(orders),
 *         "payments", shop.table("payments").appendExactlyOnce().after(payments)));
 * }</pre>
 */
public final class JdbcTables implements BatchSink {
    private static final String OTHERS = "others";

    private final JdbcTarget target;
    private final String column;
    private final SortedMap<String, BatchSink> tables;
    private final @Nullable BatchSink others;

    private JdbcTables(
            JdbcTarget target, String column, SortedMap<String, BatchSink> tables, @Nullable BatchSink others) {
        this.target = target;
        this.column = column;
        this.tables = tables;
        this.others = others;
    }

    static JdbcTables of(JdbcTarget target, String column, Map<String, ? extends BatchSink> tables) {
        String call = "tableFrom(\"" + column + "\", ...)";
        if (tables.isEmpty()) {
            throw new IllegalArgumentException(call + ": name at least one table.");
        }
        SortedMap<String, BatchSink> sorted = new TreeMap<>();
        tables.forEach((value, sink) -> {
            notNull("tableFrom(column, tables)", value, sink);
            String refused = call + ": \"" + value + "\" goes to " + Errors.head(sink.describe());
            BatchSink table = TableBranch.tableOf(sink)
                    .orElseThrow(() -> new IllegalArgumentException(refused
                            + ", which is not a table. Use a sink of Sinks.jdbc(database).table(...), or"
                            + " others(...)."));
            if (!databaseOf(table).equals(target.database())) {
                throw new IllegalArgumentException(
                        refused + ", which is in another database. Name tables of one database, with one login.");
            }
            sorted.put(value, sink);
        });
        if (sorted.values().stream().map(JdbcTables::isExact).distinct().count() > 1) {
            throw new IllegalArgumentException(call + ": some tables are written exactly once and others by upserts, so"
                    + " that no transaction has them all. Use one kind for all of them.");
        }
        Set<String> keyed = new HashSet<>();
        sorted.forEach((value, sink) -> {
            String table = String.join(", ", sink.targets());
            if (isKeyed(sink) && !keyed.add(table)) {
                throw new IllegalArgumentException(call + ": \"" + value + "\" goes to the same table as another value,"
                        + " and rows of one key would not be written in their order. Make one column value of both"
                        + " in an earlier step.");
            }
        });
        return new JdbcTables(target, column, sorted, null);
    }

    private static boolean isKeyed(BatchSink sink) {
        BatchSink table = TableBranch.tableOf(sink).orElseThrow();
        return !(table instanceof JdbcExactlyOnce exactly) || exactly.upserts();
    }

    private static Database databaseOf(BatchSink table) {
        return table instanceof JdbcUpsert upsert ? upsert.database() : ((JdbcExactlyOnce) table).database();
    }

    private static boolean isExact(BatchSink sink) {
        return TableBranch.tableOf(sink).orElseThrow() instanceof JdbcExactlyOnce;
    }

    /**
     * Where rows go whose value no table is named for, and those without a value. It gets them before the tables get
     * theirs, and keeps the guarantee that it has alone. Default: such a row fails the query, before anything of its
     * batch is written.
     */
    public JdbcTables others(BatchSink sink) {
        notNull("others(sink)", sink);
        return new JdbcTables(target, column, tables, sink);
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        RoutedRows routed = new RoutedRows(column, List.copyOf(tables.keySet()));
        RoutedTables writer = tables.values().stream().allMatch(JdbcTables::isExact)
                ? RoutedTables.exactlyOnce(tables, stream, target.limits())
                : RoutedTables.upserts(tables, stream);
        VoidFunction2<Dataset<Row>, Long> rest = others == null ? null : others.batchesOf(stream);
        return new RoutedBatches(routed, writer, rest)::write;
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> ofAll = new ArrayList<>();
        query.problemIfContinuous("writing to several tables").ifPresent(ofAll::add);
        query.rows()
                .flatMap(rows -> RoutedRows.problem(rows, column))
                .map(finding -> finding.as(Problem::new))
                .ifPresent(ofAll::add);
        Set<String> fields = ofAll.stream().map(Problem::field).collect(Collectors.toSet());
        List<Problem> problems = new ArrayList<>(ofAll);
        named(sink -> sink.check(query)).stream()
                .filter(problem ->
                        fields.stream().noneMatch(field -> problem.field().endsWith(": " + field)))
                .forEach(problems::add);
        return problems;
    }

    @Override
    public List<Problem> notes(PlannedQuery query) {
        notNull("notes(query)", query);
        return named(sink -> sink.notes(query));
    }

    /** What is said of several sinks is said once, with all of their names. */
    private List<Problem> named(Function<BatchSink, List<Problem>> ask) {
        Map<Problem, List<String>> names = new LinkedHashMap<>();
        branches()
                .forEach((name, sink) -> ask.apply(sink)
                        .forEach(problem -> names.computeIfAbsent(problem, none -> new ArrayList<>())
                                .add(name)));
        return names.entrySet().stream()
                .map(entry -> named(String.join(", ", entry.getValue()), entry.getKey()))
                .toList();
    }

    private static Problem named(String name, Problem problem) {
        return new Problem(name + ": " + problem.field(), problem.value(), problem.reason(), problem.hint());
    }

    @Override
    public List<String> targets() {
        return branches().values().stream()
                .flatMap(sink -> sink.targets().stream())
                .distinct()
                .toList();
    }

    @Override
    public String describe() {
        return "by " + column + ": " + String.join("; ", describeBranches())
                + target.limits().described().stream().map(call -> ", " + call).collect(Collectors.joining());
    }

    /** A line for each table. */
    @Override
    public List<String> describeBranches() {
        return branches().entrySet().stream()
                .map(branch -> branch.getKey() + " -> " + branch.getValue().describe())
                .toList();
    }

    private Map<String, BatchSink> branches() {
        Map<String, BatchSink> all = new LinkedHashMap<>(tables);
        Optional.ofNullable(others).ifPresent(sink -> all.put(all.containsKey(OTHERS) ? "(others)" : OTHERS, sink));
        return all;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JdbcTables sink
                && target.equals(sink.target)
                && column.equals(sink.column)
                && tables.equals(sink.tables)
                && Objects.equals(others, sink.others);
    }

    @Override
    public int hashCode() {
        return Objects.hash(target, column, tables, others);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
