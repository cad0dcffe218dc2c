package io.millrace.sinks.jdbc;

import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** On MariaDB. */
class MariaDbDeadLetterSourceTest extends DeadLetterSourceCheck {
    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    List<String> rows(String query) {
        return MariaDb.rows(query);
    }

    @Override
    void refuseRemovals() {
        MariaDb.execute("CREATE TRIGGER keep_letter BEFORE DELETE ON refused FOR EACH ROW"
                + " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'kept'");
    }

    @Override
    @AfterEach
    void allowRemovals() {
        MariaDb.execute("DROP TRIGGER IF EXISTS keep_letter");
    }

    @Override
    String typedColumns() {
        return "tiny tinyint, small smallint, n int, big bigint, price decimal(38, 18), ratio double, share float,"
                + " sure boolean, bytes varbinary(99), day date, at timestamp(6) NULL, local datetime(6),"
                + " words text CHARACTER SET utf8mb4";
    }
}
