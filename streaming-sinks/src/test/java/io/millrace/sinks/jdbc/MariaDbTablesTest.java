package io.millrace.sinks.jdbc;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class MariaDbTablesTest extends TablesCheck {
    MariaDbTablesTest(@TempDir Path checkpoint) {
        super(checkpoint);
    }

    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    List<String> rows(String query) {
        return MariaDb.rows(query);
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    String quotedRows() {
        return "`rows`";
    }
}
