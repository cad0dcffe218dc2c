package io.millrace.benchmarks;

import static io.millrace.benchmarks.PlantedSink.inMemory;
import static io.millrace.benchmarks.PlantedSink.with;

import io.millrace.testkit.SinkContract;
import io.millrace.testkit.SinkContract.Promise;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Sinks that write into a {@link MemoryTable} by a key, each with one fault that users' code has. */
final class PlantedUpserts {
    private static final MemoryTable TABLE = MemoryTable.TABLE;
    private static final int ID = 0;
    private static final int NAME = 2;
    private static final int AMOUNT = 3;
    private static final int SEEN = 4;
    private static final int AREA = 5;
    private static final Map<Object, Row> WRITTEN = new ConcurrentHashMap<>();

    private PlantedUpserts() {}

    static List<PlantedSink> all() {
        List<PlantedSink> all = new ArrayList<>(values());
        all.add(inMemory("the first row of a key in a batch wins", Promise.UPSERT, PlantedUpserts::firstOfBatch));
        all.add(inMemory("NULL keeps the value that was there", Promise.UPSERT, PlantedUpserts::nullKeepsOld));
        all.add(inMemory("rows of a key are written by several tasks", Promise.UPSERT, PlantedUpserts::shuffled));
        all.add(inMemory("rows that a cache knows are not written", Promise.UPSERT, PlantedUpserts::cached));
        all.add(inMemory("an insert fills in what was NULL", Promise.INSERT, PlantedUpserts::filledIn));
        all.add(inMemory("deletes are ignored", Promise.UPSERT, PlantedUpserts::deletesIgnored)
                .withColumns(PlantedSink.WITH_DELETES, "id"));
        all.add(inMemory("deletes of a batch come first", Promise.UPSERT, PlantedUpserts::deletesFirst)
                .withColumns(PlantedSink.WITH_DELETES, "id"));
        all.add(inMemory("deletes use half of the key", Promise.UPSERT, PlantedUpserts::halfOfTheKey)
                .withColumns(
                        SinkContract.COLUMNS.add("area", "int", false).add("deleted", "boolean", false), "id", "area"));
        all.add(inMemory("a decimal passes through a double", Promise.UPSERT, PlantedUpserts::decimalAsDouble)
                .withColumns(SinkContract.COLUMNS.add("price", "decimal(38,10)"), "id"));
        return all;
    }

    /** Sinks that change a value. */
    private static List<PlantedSink> values() {
        return List.of(
                changing("texts are trimmed", NAME, name -> ((String) name).trim()),
                changing("an empty text becomes NULL", NAME, name -> ((String) name).isEmpty() ? null : name),
                changing("the text \"null\" becomes NULL", NAME, name -> name.equals("null") ? null : name),
                changing("texts pass through ASCII", NAME, PlantedUpserts::ascii),
                changing("NaN becomes NULL", AMOUNT, amount -> ((Double) amount).isNaN() ? null : amount),
                changing("an id passes through an int", ID, id -> (long) ((Long) id).intValue()),
                changing("an id passes through a double", ID, id -> (long) ((Long) id).doubleValue()),
                changing("a time passes through the zone of the JVM", SEEN, PlantedUpserts::throughZone),
                changing("a time is an int of seconds", SEEN, PlantedUpserts::intOfSeconds));
    }

    /** Changes the value of a column that is not null. */
    private interface Change {
        @Nullable Object of(Object value);
    }

    private static PlantedSink changing(String fault, int column, Change change) {
        UnaryOperator<Row> changed = row -> row.isNullAt(column) ? row : with(row, column, change.of(row.get(column)));
        return inMemory(
                fault,
                Promise.UPSERT,
                (rows, id) -> TABLE.putNewer(
                        rows.collectAsList().stream().map(changed).toList(), ID));
    }

    private static String ascii(Object name) {
        return new String(((String) name).getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    }

    private static Timestamp throughZone(Object seen) {
        return Timestamp.from(((Timestamp) seen)
                .toLocalDateTime()
                .atZone(ZoneId.systemDefault())
                .toInstant());
    }

    private static Timestamp intOfSeconds(Object seen) {
        Timestamp exact = (Timestamp) seen;
        Timestamp kept = new Timestamp((int) Math.floorDiv(exact.getTime(), 1_000L) * 1_000L);
        kept.setNanos(exact.getNanos());
        return kept;
    }

    private static void firstOfBatch(Dataset<Row> rows, long id) {
        Map<Object, Row> firsts = new LinkedHashMap<>();
        rows.collectAsList().forEach(row -> firsts.putIfAbsent(row.get(ID), row));
        TABLE.putNewer(List.copyOf(firsts.values()), ID);
    }

    private static void nullKeepsOld(Dataset<Row> rows, long id) {
        for (Row row : rows.collectAsList()) {
            TABLE.put(row.get(ID), row, (old, next) -> {
                if (next.getLong(1) < old.getLong(1)) {
                    return old;
                }
                return next.isNullAt(NAME) ? with(next, NAME, old.get(NAME)) : next;
            });
        }
    }

    private static void shuffled(Dataset<Row> rows, long id) {
        ForeachPartitionFunction<Row> write = partition ->
                partition.forEachRemaining(row -> MemoryTable.TABLE.put(row.get(ID), row, (old, next) -> next));
        rows.repartition(4).foreachPartition(write);
    }

    private static void cached(Dataset<Row> rows, long id) {
        if (id == 0) {
            WRITTEN.clear();
        }
        List<Row> news = new ArrayList<>();
        for (Row row : rows.collectAsList()) {
            if (!row.equals(WRITTEN.put(row.get(ID), row))) {
                news.add(row);
            }
        }
        TABLE.putNewer(news, ID);
    }

    private static void filledIn(Dataset<Row> rows, long id) {
        for (Row row : rows.collectAsList()) {
            TABLE.put(
                    row.get(ID),
                    row,
                    (first, more) -> first.isNullAt(AMOUNT) ? with(first, AMOUNT, more.get(AMOUNT)) : first);
        }
    }

    private static Row withoutDeleted(Row row) {
        @Nullable Object[] values = new Object[row.length() - 1];
        for (int column = 0; column < values.length; column++) {
            values[column] = row.get(column);
        }
        return RowFactory.create(values);
    }

    private static void deletesIgnored(Dataset<Row> rows, long id) {
        TABLE.putNewer(rows.where("NOT deleted").drop("deleted").collectAsList(), ID);
    }

    private static void deletesFirst(Dataset<Row> rows, long id) {
        TABLE.remove(rows.where("deleted").collectAsList(), ID);
        TABLE.putNewer(rows.where("NOT deleted").drop("deleted").collectAsList(), ID);
    }

    private static void halfOfTheKey(Dataset<Row> rows, long id) {
        Map<Object, Row> lasts = new LinkedHashMap<>();
        rows.collectAsList().forEach(row -> lasts.put(MemoryTable.key(row, ID, AREA), row));
        List<Row> deletes =
                lasts.values().stream().filter(row -> row.getBoolean(AREA + 1)).toList();
        TABLE.remove(deletes, ID);
        TABLE.putNewer(
                lasts.values().stream()
                        .filter(row -> !row.getBoolean(AREA + 1))
                        .map(PlantedUpserts::withoutDeleted)
                        .toList(),
                ID,
                AREA);
    }

    private static void decimalAsDouble(Dataset<Row> rows, long id) {
        TABLE.putNewer(
                rows.collectAsList().stream()
                        .map(row -> row.isNullAt(5)
                                ? row
                                : with(
                                        row,
                                        5,
                                        BigDecimal.valueOf(row.getDecimal(5).doubleValue())
                                                .setScale(10, RoundingMode.HALF_UP)))
                        .toList(),
                ID);
    }
}
