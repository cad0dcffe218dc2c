package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Which row several rows of one key fold into; the columns are id, version, name, amount and the mark of a delete. */
class KeyFoldTest {
    private static final StructType STREAM = UpsertRules.CHANGES;
    private static final UpsertRule UPSERT = UpsertRule.upsertOn(List.of("id"));

    @Test
    void theLastRowToArriveWins() {
        assertThat(folded(UPSERT, row(1, 9L, "a", 1, false), row(1, 1L, "b", 2, null)))
                .isEqualTo("upsert 1,1,b,2,null");
    }

    @Test
    void theFirstRowStaysIfKnownKeysStay() {
        UpsertRule insert = UpsertRule.insertOnlyOn(List.of("id"));

        assertThat(folded(insert, row(1, 1L, "a", 1, null), row(1, 2L, "b", 2, null)))
                .isEqualTo("upsert 1,1,a,1,null");
    }

    @Test
    void theGreatestVersionWinsEvenAcrossADelete() {
        UpsertRule versioned = UPSERT.deleteWhen("gone").versionedBy("version");

        assertThat(folded(versioned, row(1, 5L, "a", 1, true), row(1, 3L, "b", 2, false)))
                .isEqualTo("delete 1,5,a,1,true");
        assertThat(folded(versioned, row(1, 3L, "a", 1, false), row(1, 5L, "b", 2, true), row(1, 4L, "c", 3, false)))
                .isEqualTo("delete 1,5,b,2,true");
        assertThat(folded(versioned, row(1, 5L, "a", 1, true), row(1, 6L, "b", 2, false)))
                .isEqualTo("upsert 1,6,b,2,false");
    }

    @Test
    void theFirstOfEqualVersionsStays() {
        UpsertRule versioned = UPSERT.deleteWhen("gone").versionedBy("version");

        assertThat(folded(versioned, row(1, 5L, "a", 1, false), row(1, 5L, "b", 2, false)))
                .isEqualTo("upsert 1,5,a,1,false");
        assertThat(folded(versioned, row(1, 5L, "a", 1, true), row(1, 5L, "b", 2, false)))
                .isEqualTo("delete 1,5,a,1,true");
    }

    @Test
    void aMissingVersionIsReplacedByAnyAndReplacesNoOther() {
        UpsertRule versioned = UPSERT.versionedBy("version");

        assertThat(folded(versioned, row(1, null, "a", 1, null), row(1, null, "b", 2, null)))
                .isEqualTo("upsert 1,null,b,2,null");
        assertThat(folded(versioned, row(1, null, "a", 1, null), row(1, -1L, "b", 2, null)))
                .isEqualTo("upsert 1,-1,b,2,null");
        assertThat(folded(versioned, row(1, -1L, "a", 1, null), row(1, null, "b", 2, null)))
                .isEqualTo("upsert 1,-1,a,1,null");
    }

    @Test
    void aDeleteIsReplacedByWhatComesAfterIt() {
        UpsertRule deleting = UPSERT.deleteWhen("gone");

        assertThat(folded(deleting, row(1, 1L, "a", 1, true), row(1, 2L, "b", 2, false)))
                .isEqualTo("upsert 1,2,b,2,false");
        assertThat(folded(deleting, row(1, 1L, "a", 1, false), row(1, 2L, "b", 2, true)))
                .isEqualTo("delete 1,2,b,2,true");
    }

    @Test
    void aPartialRowAfterADeleteFindsNoOldValues() {
        UpsertRule keeping = UPSERT.deleteWhen("gone").keepingOldWhereNull();

        assertThat(folded(
                        keeping,
                        row(1, 1L, "a", 1, false),
                        row(1, 2L, null, null, true),
                        row(1, 3L, null, 3, false),
                        row(1, null, "d", null, false)))
                .isEqualTo("delete 1,2,null,null,true, upsert 1,3,d,3,false");
    }

    @Test
    void onlyNamedColumnsOfAKnownKeyAreReplaced() {
        assertThat(folded(UPSERT.updating(List.of("amount")), row(1, 1L, "a", 1, null), row(1, 2L, "b", 2, null)))
                .isEqualTo("upsert 1,1,a,2,null");
    }

    @Test
    void aVersionBetweenTwoPartialRowsKeepsTheOlderOneOut() {
        UpsertRule keeping = UPSERT.versionedBy("version").keepingOldWhereNull();

        assertThat(folded(keeping, row(1, 1L, "a", 1, null), row(1, 3L, null, 3, null)))
                .isEqualTo("upsert 1,1,a,1,null, upsert 1,3,null,3,null");
        assertThat(folded(keeping, row(1, 1L, "a", null, null), row(1, 3L, "c", 3, null)))
                .isEqualTo("upsert 1,3,c,3,null");
    }

    @Test
    void aKnownKeyKeepsItsSpelling() {
        UpsertRule named = UpsertRule.upsertOn(List.of("name"));

        assertThat(folded(named, row(1, 1L, "Ann", 1, null), row(2, 2L, "ann", 2, null)))
                .isEqualTo("upsert 2,2,Ann,2,null");
    }

    @Test
    void aDeleteBeforeAnotherSpellingOfItsKeyIsExecuted() {
        KeyFold fold = new KeyFold(plan(UPSERT.deleteWhen("gone")), false);

        assertThat(folded(fold, row(1, 1L, "a", 1, true), row(1, 2L, "b", 2, false)))
                .isEqualTo("delete 1,1,a,1,true, upsert 1,2,b,2,false");
    }

    private static String folded(UpsertRule rule, Row... rows) {
        return folded(new KeyFold(plan(rule), true), rows);
    }

    private static String folded(KeyFold fold, Row... rows) {
        KeyChange change = null;
        for (Row row : rows) {
            change = fold.then(change, row);
        }
        KeyChanges all = KeyChanges.of(List.of(java.util.Objects.requireNonNull(change)));
        StringBuilder text = new StringBuilder();
        all.deletes().forEach(row -> text.append(", delete ").append(row.mkString(",")));
        all.upserts()
                .forEach(list -> list.forEach(row -> text.append(", upsert ").append(row.mkString(","))));
        return text.substring(2);
    }

    private static UpsertPlan plan(UpsertRule rule) {
        TableName name = new TableName(null, "stock");
        Database database = Database.at("jdbc:postgresql://localhost:5432/none");
        List<PlannedColumn> columns = List.of(
                column(rule, 0, "id", "int4"),
                column(rule, 1, "version", "int8"),
                column(rule, 2, "name", "text"),
                column(rule, 3, "amount", "int4"));
        return new UpsertPlan(
                database,
                name,
                FlushLimits.DEFAULT,
                rule,
                STREAM,
                columns,
                () -> {
                    throw new AssertionError("nothing is written");
                },
                null,
                SinkMetrics.of(name));
    }

    private static PlannedColumn column(UpsertRule rule, int index, String name, String type) {
        Set<PlannedColumn.Role> roles = EnumSet.of(PlannedColumn.Role.NEEDED);
        if (rule.isKey(name)) {
            roles.add(PlannedColumn.Role.KEY);
        }
        if (rule.updates(name)) {
            roles.add(PlannedColumn.Role.UPDATED);
        }
        return new PlannedColumn(
                index,
                name,
                new ColumnType(type, null, type, null),
                STREAM.fields()[index].dataType(),
                roles,
                null,
                PlannedColumn.Transfer.NATIVE);
    }
}
