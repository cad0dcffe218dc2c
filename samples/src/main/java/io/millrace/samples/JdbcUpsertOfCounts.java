package io.millrace.samples;

import io.millrace.core.OutputModes;
import io.millrace.core.Source;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Writes counts by ZIP code to PostgreSQL, in update mode through a ForeachWriter, in Spark's own API. Unlike a typical
 * handwritten writer, which opens a connection for each partition and sends one row at a time, this one uses a
 * connection pool per JVM and sends sorted batches, and a rerun batch changes nothing.
 */
final class JdbcUpsertOfCounts {
    static final String TABLE = "zip_hits";
    static final String COLUMNS = "zip text primary key, count bigint not null";

    private JdbcUpsertOfCounts() {}

    static DataStreamWriter<Row> writer(SparkSession spark, Source hits, Database database) {
        Dataset<Row> counts = hits.load(spark)
                .selectExpr("get_json_object(cast(value as string), '$.zip') as zip")
                .where("zip is not null")
                .groupBy("zip")
                .count();
        return counts.writeStream()
                .queryName("jdbc-upsert")
                .outputMode(OutputModes.update())
                .foreach(Sinks.jdbc(database).table(TABLE).upsertOn("zip").writer(counts.schema()));
    }

    static void run(SampleEnvironment environment) throws Exception {
        Database database = environment.database(TABLE, COLUMNS);
        environment.finish(
                writer(environment.spark(), environment.hits(), database)
                        .option("checkpointLocation", environment.checkpoint())
                        .start(),
                SampleEnvironment.HITS.size());
        environment.show(TABLE);
    }
}
