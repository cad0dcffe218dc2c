package io.millrace.samples;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import java.util.List;

/**
 * Replicates a table from its change events into PostgreSQL, whatever the order in which they arrive. A deleted row
 * stays in the table, with its position, so that an older event that comes late cannot bring it back; a view shows the
 * rows that are not deleted.
 */
public final class Replica {
    public static final String TABLE = "people";
    public static final String COLUMNS =
            "id bigint primary key, position bigint not null, deleted boolean not null, name text, city text";
    static final String VIEW =
            "create or replace view live_people as select id, name, city from people where not deleted";

    private Replica() {}

    public static KafkaSource source(String brokers, String topic) {
        return Sources.kafka(brokers).topics(topic).startingFrom(Offsets.earliest());
    }

    public static Pipeline pipeline(Source changes, Sink table) {
        return Pipeline.named("replica")
                .from(changes)
                .via(Transforms.jsonFields("value")
                        .bigint("id", "$.id")
                        .bigint("position", "$.position")
                        .bool("deleted", "$.deleted")
                        .string("name", "$.name")
                        .string("city", "$.city")
                        .fail())
                .via(Transforms.select("id", "position", "deleted", "name", "city"))
                .to(table);
    }

    public static Sink table(Database database) {
        return Sinks.jdbc(database).table(TABLE).upsertOn("id").versionedBy("position");
    }

    static void run(SampleEnvironment environment) throws Exception {
        Database database = environment.database(TABLE, COLUMNS, VIEW);
        List<String> changes = List.of(
                "{\"id\":1,\"position\":3,\"deleted\":true}",
                "{\"id\":2,\"position\":2,\"deleted\":false,\"name\":\"Bo\",\"city\":\"Basel\"}",
                "{\"id\":1,\"position\":1,\"deleted\":false,\"name\":\"Al\",\"city\":\"Bern\"}",
                "{\"id\":2,\"position\":4,\"deleted\":false,\"name\":\"Bo\",\"city\":\"Chur\"}");
        environment.finish(
                pipeline(environment.records(changes), table(database))
                        .checkpointAt(environment.checkpoint())
                        .start(environment.spark()),
                changes.size());
        environment.show("live_people");
    }
}
