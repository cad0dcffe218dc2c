package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The search for refused rows finds them all, and ends as soon as Spark stops the query. */
class RefusedRowsTest {
    private static final String CHECK_VIOLATION = "23514";
    private static final String UNKNOWN_REFERENCE = "23503";

    /** Accepts every call and does nothing. */
    private static final Connection CONNECTION = (Connection) Proxy.newProxyInstance(
            RefusedRowsTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> null);

    private final Dialect dialect =
            Database.at("jdbc:postgresql://nowhere/none").user("nobody").dialect();

    @AfterEach
    void forgetInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aBisectionFindsTheRefusedRowsInTheirOrderOfArrival() throws SQLException {
        TestRows rows = new TestRows(8, Set.of(2L, 3L, 7L), Integer.MAX_VALUE);

        List<Refusal> refusals = new Bisection("Batch 7", dialect.faults(), rows).run(CONNECTION, 0, 8);

        assertThat(refusals).extracting(Refusal::number).containsExactly(2L, 3L, 7L);
        assertThat(rows.merged).containsExactly(0L, 1L, 4L, 5L, 6L);
    }

    @Test
    void aBisectionEndsWhenTheQueryIsStopped() {
        TestRows rows = new TestRows(8, Set.of(0L, 1L, 2L, 3L), 3);

        assertThatThrownBy(() -> new Bisection("Batch 7", dialect.faults(), rows).run(CONNECTION, 0, 8))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("Batch 7 was given up");
        assertThat(rows.merges).isEqualTo(3);
    }

    @Test
    void theSearchEndsBeforeItsNextWindowWhenTheQueryIsStopped() {
        TestRows rows = new TestRows(20_000, Set.of(1L), 1) {
            @Override
            public boolean isOnServer(Connection connection) {
                return true;
            }

            @Override
            public List<Refusal> oneByOne(Connection connection, long from, long to) {
                countMerge();
                return List.of(new Refusal(1, SqlFault.ROW, false, CHECK_VIOLATION, "", ""));
            }
        };

        assertThatThrownBy(() -> new RefusedRows("Batch 7", dialect, rows).write(CONNECTION))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(rows.merges).isEqualTo(1);
    }

    @Test
    void rowsThatReferToOthersAreNotRetriedWhenTheQueryIsStopped() {
        TestRows rows = new TestRows(10, Set.of(), 2) {
            @Override
            public boolean isOnServer(Connection connection) {
                return true;
            }

            @Override
            public List<Refusal> oneByOne(Connection connection, long from, long to) {
                return LongStream.range(from, to)
                        .mapToObj(number -> new Refusal(number, SqlFault.ROW, true, UNKNOWN_REFERENCE, "", ""))
                        .toList();
            }
        };

        assertThatThrownBy(() -> new RefusedRows("Batch 7", dialect, rows).write(CONNECTION))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(rows.merges).isEqualTo(2);
    }

    /** Rows of which some are refused; one of the merges interrupts its thread, as Spark does to stop a query. */
    private static class TestRows implements NumberedRows {
        final List<Long> merged = new ArrayList<>();
        private final long count;
        private final Set<Long> refused;
        private final int interruptedMerge;
        int merges;

        TestRows(long count, Set<Long> refused, int interruptedMerge) {
            this.count = count;
            this.refused = refused;
            this.interruptedMerge = interruptedMerge;
        }

        final void countMerge() {
            if (++merges == interruptedMerge) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void merge(Connection connection, long from, long to) throws SQLException {
            countMerge();
            if (LongStream.range(from, to).anyMatch(refused::contains)) {
                throw new SQLException("refused", CHECK_VIOLATION);
            }
            LongStream.range(from, to).forEach(merged::add);
        }

        @Override
        public long count() {
            return count;
        }

        @Override
        public long valid() {
            return count;
        }

        @Override
        public boolean isOnServer(Connection connection) {
            return false;
        }

        @Override
        public List<Refusal> oneByOne(Connection connection, long from, long to) {
            throw new AssertionError("not on the server");
        }

        @Override
        public void nothing(Connection connection) {}

        @Override
        public boolean mayComeLate(long number, Set<Long> refusedRows) {
            return true;
        }
    }
}
