package io.millrace.sinks;

import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.MariaDb;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** On MariaDB. */
class MariaDbBackfillTest extends BackfillCheck {
    MariaDbBackfillTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    List<String> select(String query) {
        return MariaDb.rows(query);
    }
}
