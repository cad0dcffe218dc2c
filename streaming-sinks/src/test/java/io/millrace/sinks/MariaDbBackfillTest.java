package io.millrace.sinks;

import io.millrace.sinks.jdbc.MariaDb;
import java.nio.file.Path;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** On MariaDB. */
class MariaDbBackfillTest extends BackfillCheck {
    MariaDbBackfillTest(@TempDir Path directory, TestInfo test) {
        super(directory, test, new Tables(MariaDb.database(), MariaDb::execute, MariaDb::rows));
    }
}
