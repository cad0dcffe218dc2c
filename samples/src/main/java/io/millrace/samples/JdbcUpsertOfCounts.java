package io.millrace.samples;

import io.millrace.core.OutputModes;
import io.millrace.core.Source;
import io.millrace.sinks.Database;
import io.millrace.sinks.Sinks;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Counts by ZIP code into PostgreSQL, in update mode through a ForeachWriter, in Spark's own API. The writer that is
 * mostly written by hand opens a connection for each partition and sends a row at a time; this one borrows from the one
 * pool of its JVM while it flushes, sends sorted batches, and a batch that comes again changes nothing.
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

    static void run(SampleEnvironment stage) throws Exception {
        Database database = stage.database(TABLE, COLUMNS);
        stage.finish(
                writer(stage.spark(), stage.hits(), database)
                        .option("checkpointLocation", stage.checkpoint())
                        .start(),
                SampleEnvironment.HITS.size());
        stage.show(TABLE);
    }
}
