package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.DeadLetterMergeSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Keeps refused rows before the transaction that leaves them out is committed. */
interface KeptLetters extends DeadLetterMergeSql.Letters {
    void add(Connection connection, List<DeadLetter> letters) throws SQLException;
}
