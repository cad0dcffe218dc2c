package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the start of a sink does to the target table, if its rule allows it: create it, or add columns. */
final class TableChange {
    private static final Logger LOG = LoggerFactory.getLogger(TableChange.class);

    private final Database database;
    private final TableName name;
    private final SinkRule rule;
    private final TableDdl ddl;
    private final Problems problems;
    private @Nullable String statement;

    TableChange(Database database, TableName name, SinkRule rule, TableDdl ddl, Problems problems) {
        this.database = database;
        this.name = name;
        this.rule = rule;
        this.ddl = ddl;
        this.problems = problems;
    }

    /** Whether the table is not yet as the sink needs it. */
    boolean isOpen() {
        return statement != null;
    }

    /** Checks what is needed to create the table; returns its name with its schema, if it can be created. */
    Optional<TableName> checkCreation(Catalog catalog, Optional<StructType> schema) throws SQLException {
        statement = schema.flatMap(stream -> ddl.create(stream, problems)).orElse(null);
        Optional<TableName> home = catalog.schema(name).map(found -> new TableName(found, name.name()));
        if (home.isEmpty()) {
            problems.add(
                    "table",
                    name,
                    "there is no schema to create it in"
                            + (name.schema() == null ? "" : ": \"" + name.schema() + "\" does not exist"),
                    "Create the schema, or name another.");
        } else if (!catalog.mayCreate(home.get()).orElse(false)) {
            problems.add(
                    "table",
                    name,
                    "there is no such table, and " + database.label() + " may not create it",
                    hint("Create it, or correct the name."));
            return Optional.empty();
        }
        return home;
    }

    /** Returns the columns that the start adds, and checks what is needed for it. */
    List<StructField> checkAdded(Catalog catalog, TableShape found, Optional<StructType> schema) throws SQLException {
        List<StructField> added = rule.addsColumns()
                ? schema.map(stream -> ddl.missing(found, stream)).orElse(List.of())
                : List.of();
        statement = added.isEmpty() ? null : ddl.add(added);
        if (!added.isEmpty() && !catalog.mayAlter(found.name())) {
            problems.add(
                    "table",
                    name,
                    "it has no " + columns(added) + ", and " + database.label()
                            + " may not add columns: only its owner may",
                    hint(""));
        }
        return added;
    }

    private String hint(String otherwise) {
        return statement == null ? otherwise : "Let a role that may do it run " + statement + ".";
    }

    /** Says what the start will do. */
    void note(Optional<TableShape> found, StructType stream) {
        if (found.isEmpty()) {
            Optional.of(stream)
                    .filter(known -> rule.createsTable())
                    .flatMap(ddl::create)
                    .ifPresent(create -> problems.add(
                            "table", name, "there is no such table, and the start creates it", create + "."));
        } else if (rule.addsColumns()) {
            List<StructField> added = ddl.missing(found.get(), stream);
            if (!added.isEmpty()) {
                problems.add(
                        "table", name, "it has no " + columns(added) + ", and the start adds it", ddl.add(added) + ".");
            }
        }
    }

    private static String columns(List<StructField> fields) {
        return (fields.size() == 1 ? "column " : "columns ")
                + TableDdl.names(fields).stream().collect(Collectors.joining("\", \"", "\"", "\""));
    }

    /** Changes the table. Another start that does the same at the same time is no failure. */
    void execute() {
        String sql = String.valueOf(statement);
        DriverSession.ask(database, problems, connection -> execute(connection, database.dialect(), sql));
    }

    private void execute(Connection connection, Dialect dialect, String sql) throws SQLException {
        Sql.execute(connection, dialect.sessionSettings(database.settings())); // for its time-outs
        try {
            Sql.execute(connection, sql);
            LOG.info("Changed the shape of \"{}\": {}", name, sql);
        } catch (SQLException e) {
            SQLException fault = dialect.faults().serverError(e);
            if (!dialect.faults().createdMeanwhile(fault)) {
                problems.add(
                        "table", name, "it was not changed: " + dialect.faults().describe(fault), sql + ".");
            }
        }
    }
}
