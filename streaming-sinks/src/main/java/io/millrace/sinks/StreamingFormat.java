package io.millrace.sinks;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.sources.StreamSinkProvider;

/** How Spark writes a stream to a format. */
enum StreamingFormat {
    /** As a table of the second data source API. */
    TABLE,
    /** As files, with a log of the batches that wrote them. */
    FILES,
    /** By a sink of the first data source API, whose requirements are not known. */
    OLD_SINK,
    /** Not at all. */
    NONE;

    /** What Spark would do for the format of this name; empty if the format is not on the class path. */
    static Optional<StreamingFormat> named(SparkSession session, String name) {
        Class<?> provider;
        try {
            provider = DataSource.lookupDataSource(name, session.sessionState().conf());
        } catch (Exception notFound) {
            return Optional.empty();
        }
        return Optional.of(of(provider));
    }

    private static StreamingFormat of(Class<?> provider) {
        if (FileFormat.class.isAssignableFrom(provider) || FileDataSourceV2.class.isAssignableFrom(provider)) {
            return FILES;
        }
        if (TableProvider.class.isAssignableFrom(provider)) {
            return TABLE;
        }
        return StreamSinkProvider.class.isAssignableFrom(provider) ? OLD_SINK : NONE;
    }
}
