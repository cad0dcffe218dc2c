package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryProperties;
import io.millrace.sinks.jdbc.lookup.LookupCounts;
import io.millrace.sinks.jdbc.lookup.LookupFunction;
import io.millrace.sinks.jdbc.lookup.LookupSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The plans of one look-up. A branch applies it to each batch: only the start of the query asks the database. */
final class PlannedLookups {
    private final Database database;
    private final LookupRule rule;
    private final Map<Key, Planned> known = new ConcurrentHashMap<>();

    PlannedLookups(Database database, LookupRule rule) {
        this.database = database;
        this.rule = rule;
    }

    private record Key(SparkContext context, List<DataType> types) {}

    /** The plan for rows whose keys have the types of those. */
    Planned on(Dataset<Row> rows, LookupPlanner planner) {
        SparkContext context = rows.sparkSession().sparkContext();
        Key key = new Key(context, planner.keyTypes());
        Planned before = known.get(key);
        if (before != null && QueryProperties.queryId(context) != null) {
            return before;
        }
        LookedUpTable table = planner.table(database);
        Planned planned = new Planned(table, added(table), LookupCounts.of(context, table.name()));
        known.keySet().removeIf(other -> other.context.isStopped());
        known.put(key, planned);
        return planned;
    }

    private StructType added(LookedUpTable table) {
        StructType added = new StructType();
        for (int index = 0; index < rule.columns().size(); index++) {
            StructField field = table.columns().fields()[index];
            added = added.add(new StructField(field.name(), shown(field.dataType()), true, Metadata.empty()));
        }
        return rule.mark() == null
                ? added
                : added.add(new StructField(rule.mark(), DataTypes.BooleanType, false, Metadata.empty()));
    }

    private static DataType shown(DataType type) {
        String name = type.typeName();
        return name.startsWith("char(") || name.startsWith("varchar(") ? DataTypes.StringType : type;
    }

    /** A table, and the columns that rows get. */
    record Planned(LookedUpTable table, StructType added, LookupCounts counts) {
        LookupFunction function(String description, LookupSpec spec) {
            return new LookupFunction(description, table, spec, counts);
        }
    }
}
