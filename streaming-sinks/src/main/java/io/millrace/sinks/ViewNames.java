package io.millrace.sinks;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;

/** The names of temporary views, as the parser of Spark reads them. */
final class ViewNames {
    private ViewNames() {}

    /** Whether a temporary view can have this name. */
    static boolean isValid(SparkSession session, String name) {
        try {
            TableIdentifier view = session.sessionState().sqlParser().parseTableIdentifier(name);
            return view.database().isEmpty();
        } catch (Exception refused) {
            return false;
        }
    }
}
