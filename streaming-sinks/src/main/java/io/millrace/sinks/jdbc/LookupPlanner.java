package io.millrace.sinks.jdbc;

import io.millrace.core.Problem;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.LookupKey;
import io.millrace.sinks.jdbc.dialect.LookupSql;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.UniqueIndex;
import io.millrace.sinks.jdbc.lookup.LookupSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Checks a look-up against the rows of the stream and the table before anything runs. */
final class LookupPlanner {
    private final LookupRule rule;
    private final Dataset<Row> rows;
    private final String subject;
    private final Problems problems = new Problems();
    private final List<Integer> positions = new ArrayList<>();
    private final List<DataType> types = new ArrayList<>();
    private @Nullable LookupSql sql;
    private @Nullable StructType columns;

    LookupPlanner(LookupRule rule, Dataset<Row> rows, String subject) {
        this.rule = rule;
        this.rows = rows;
        this.subject = subject;
        checkCalls();
        checkStream();
    }

    /** The types of the keys in the stream. */
    List<DataType> keyTypes() {
        problems.refuse(subject);
        return List.copyOf(types);
    }

    LookupSpec spec() {
        return new LookupSpec(
                List.copyOf(positions),
                List.copyOf(types),
                rule.columns().size(),
                rule.mark() != null,
                rule.dropsMisses(),
                rule.limits());
    }

    /**
     * How the table is read.
     *
     * @throws io.millrace.core.ValidationException with all problems
     */
    LookedUpTable table(Database database) {
        TableName name = rule.table();
        if (name == null || positions.size() < rule.keys().size() || rule.keys().isEmpty()) {
            problems.refuse(subject);
            throw new IllegalStateException(subject);
        }
        DriverSession.askKnown(database, problems, connection -> checkDatabase(database, name, connection));
        problems.refuse(subject);
        LookupSql found = sql;
        StructType read = columns;
        if (found == null || read == null) {
            throw new IllegalStateException("the table was not found");
        }
        return new LookedUpTable(
                database, name.toString(), found, read, rule.columns().size(), rule.mark() != null, rule.retryFor());
    }

    private void checkCalls() {
        if (rule.table() == null) {
            problems.add("table", "nothing", "the look-up has no table", "Call table(...).");
        }
        if (rule.keys().isEmpty()) {
            problems.add("key", "nothing", "the look-up has no key", "Call key(...).");
        }
        if (rule.columns().isEmpty()) {
            problems.add("columns", "nothing", "the look-up adds no column", "Call columns(...).");
        }
    }

    private void checkStream() {
        boolean isCaseSensitive = Columns.isCaseSensitive(rows.sparkSession());
        List<StructField> fields = Arrays.asList(rows.schema().fields());
        for (LookupRule.Pair key : rule.keys()) {
            Optional<StructField> field = Columns.find(rows, key.stream());
            if (field.isEmpty()) {
                problems.add(Columns.missing("key", key.stream(), rows).as(Problem::new));
            } else {
                positions.add(fields.indexOf(field.get()));
                types.add(field.get().dataType());
            }
        }
        List<String> added = rule.added();
        for (int index = 0; index < added.size(); index++) {
            String name = added.get(index);
            boolean isTwice = added.subList(0, index).stream()
                    .anyMatch(other -> !isCaseSensitive && other.equalsIgnoreCase(name));
            if (isTwice || Columns.find(rows, name).isPresent()) {
                problems.add(
                        name.equals(rule.mark()) ? "markingMisses" : "columns",
                        name,
                        "two columns would be named " + name,
                        "Rename yours in an earlier step, or give this one another name by column(name, as).");
            }
        }
    }

    private void checkDatabase(Database database, TableName name, Connection connection) throws SQLException {
        Catalog catalog = database.dialect().catalog(connection);
        Optional<TableShape> found = catalog.table(name);
        if (found.isEmpty()) {
            StreamCheck.noTable(name, database, catalog, Optional.empty(), problems);
            return;
        }
        TableShape table = found.get();
        if (!table.may(TableShape.Right.USE_SCHEMA)) {
            problems.add(
                    "table", name, database.label() + " may not use its schema", "GRANT USAGE ON SCHEMA to that role.");
        }
        List<LookupKey> keys = keys(database.dialect(), name, table);
        List<String> read = rule.valueColumns();
        boolean hasAll = read.stream()
                        .filter(column -> exists("columns", column, name, table))
                        .count()
                == read.size();
        checkRights(database, table);
        checkUnique(database.dialect(), name, table);
        if (hasAll && keys.size() == rule.keys().size() && problems.all().isEmpty()) {
            sql = database.dialect().lookup(table.name(), keys, read);
            checkForms(sql, keys);
            checkSize(database.dialect(), connection, table.name());
            columns = columns(database, connection, table.name(), read);
        }
    }

    private List<LookupKey> keys(Dialect dialect, TableName name, TableShape table) {
        List<LookupKey> keys = new ArrayList<>();
        for (int index = 0; index < rule.keys().size(); index++) {
            LookupRule.Pair key = rule.keys().get(index);
            if (!exists("key", key.table(), name, table)) {
                continue;
            }
            TableColumn column = table.column(key.table()).orElseThrow();
            DataType type = types.get(index);
            if (dialect.asks(type, column.type())) {
                keys.add(new LookupKey(
                        column.name(),
                        column.type(),
                        type,
                        table.comparison(rule.keyColumns(), column.name()).orElse(null)));
            } else {
                problems.add(
                        "key",
                        key,
                        "the column of \"" + name + "\" is " + column.type().sql() + ", in which the stream's "
                                + type.catalogString() + " cannot be looked up",
                        "Cast the stream's column to the type of the table's in an earlier step.");
            }
        }
        return keys;
    }

    private boolean exists(String call, String column, TableName name, TableShape table) {
        if (table.column(column).isPresent()) {
            return true;
        }
        problems.add(
                call,
                column,
                "\"" + name + "\" has no such column; it has " + String.join(", ", table.columnNames()),
                StreamCheck.nearest(column, table.columnNames())
                        .map(near -> "Did you mean \"" + near + "\"?")
                        .orElse("Name one of these."));
        return false;
    }

    private void checkRights(Database database, TableShape table) {
        List<String> closed = new ArrayList<>(rule.keyColumns());
        closed.addAll(rule.valueColumns());
        closed.removeIf(column -> table.column(column)
                .filter(known -> !known.may(TableColumn.Right.SELECT))
                .isEmpty());
        if (!closed.isEmpty()) {
            problems.add(
                    "table",
                    table.name(),
                    database.label() + " lacks SELECT on "
                            + closed.stream().distinct().collect(Collectors.joining("\", \"", "\"", "\"")),
                    "GRANT SELECT ON " + database.dialect().quoted(table.name()) + " TO that role.");
        }
    }

    /** A key that is not unique would give some rows several times. */
    private void checkUnique(Dialect dialect, TableName name, TableShape table) {
        List<String> keys = rule.keyColumns();
        boolean areThere = keys.stream().allMatch(key -> table.column(key).isPresent());
        boolean isUnique = table.uniqueIndexes().stream()
                .filter(index -> index.flaw().isEmpty() || index.flaw().equals(UniqueIndex.DEFERRABLE))
                .anyMatch(index -> keys.containsAll(index.columns()));
        if (areThere && !isUnique) {
            problems.add(
                    "key",
                    String.join(", ", keys),
                    "\"" + name + "\" has no unique index on "
                            + (keys.size() == 1 ? "this column" : "these columns")
                            + ", so that a row could be found several times",
                    dialect.makeUnique(name, keys) + ", or name a key that is unique.");
        }
    }

    /** The whole table is compared in Java. */
    private void checkForms(LookupSql found, List<LookupKey> keys) {
        for (int index = 0; index < keys.size(); index++) {
            if (rule.limits().wholeTable() != null && found.form(index).isEmpty()) {
                problems.add(
                        "wholeTable",
                        "",
                        "only the server can say which values of its column \""
                                + keys.get(index).column() + "\", "
                                + keys.get(index).type().sql()
                                + ", are equal",
                        "Leave wholeTable() out, so that the server is asked.");
            }
        }
    }

    private void checkSize(Dialect dialect, Connection connection, TableName table) throws SQLException {
        int limit = rule.limits().entries();
        if (rule.limits().wholeTable() == null) {
            return;
        }
        String query =
                "SELECT count(*) FROM (SELECT 1 FROM " + dialect.quoted(table) + " LIMIT " + (limit + 1L) + ") AS r";
        List<Long> rows = Sql.rows(connection, query, found -> found.getLong(1));
        if (rows.get(0) > limit) {
            problems.add(
                    "wholeTable",
                    "",
                    LookedUpTable.tooLarge(table, limit),
                    "Allow more, or leave wholeTable() out, so that rows are read by key.");
        }
    }

    private @Nullable StructType columns(Database database, Connection connection, TableName table, List<String> read)
            throws SQLException {
        Dialect dialect = database.dialect();
        List<String> all = new ArrayList<>(read);
        all.addAll(rule.limits().wholeTable() == null ? List.of() : rule.keyColumns());
        String query = "SELECT " + all.stream().map(dialect::quoted).collect(Collectors.joining(", ")) + " FROM "
                + dialect.quoted(table) + " WHERE 1 = 0";
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet none = statement.executeQuery()) {
            return columns(connection, none, dialect, all);
        }
    }

    private @Nullable StructType columns(Connection connection, ResultSet none, Dialect dialect, List<String> all) {
        try {
            return renamed(SparkLine.jdbcColumns(connection, none, dialect.sparkUrl()));
        } catch (Exception e) { // Scala does not declare what it throws.
            problems.add(
                    "columns",
                    String.join(", ", all),
                    "Spark cannot read one of them: " + Errors.clause(e.getMessage()),
                    "Leave it out, or add a column to the table that has it as text.");
            return null;
        }
    }

    private StructType renamed(StructType read) {
        StructType renamed = new StructType();
        for (int index = 0; index < read.length(); index++) {
            StructField field = read.fields()[index];
            boolean isKey = index >= rule.columns().size();
            renamed = renamed.add(new StructField(
                    isKey ? "key " + index : rule.columns().get(index).stream(),
                    field.dataType(),
                    true,
                    field.metadata()));
        }
        return renamed;
    }
}
