package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PoolsTest {
    @Test
    void poolWhoseFirstConnectionIsCutWhileItIsBeingLookedAtOpensAnother() throws Exception {
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            // A size that no other test has, for a pool of its own even where the proxy's port was another's before.
            Database database = proxy.of(Server.database()).connections(3);
            proxy.cutOnceAt("TRANSACTION ISOLATION LEVEL");
            try (Connection connection = Pools.borrow(database, "Batch 7")) {
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            }
            assertThat(proxy.hasCut()).isTrue();
        }
    }

    @Test
    void exhaustedPoolSaysHowLongItWasWaitedForAndTheWayOut() throws Exception {
        Database narrow = Server.database().connections(1);
        try (Connection taken = Pools.borrow(narrow, "Test")) {
            assertThat(taken.isValid(1)).isTrue();
            assertThatThrownBy(() -> Pools.borrow(narrow, "Batch 7", Duration.ofMillis(1_200)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            thrown -> assertThat(narrow.dialect().faults().told(thrown))
                                    .matches(
                                            "no connection in 1\\.[2-9] s: 1 of 1 are in use, and 0 others wait. Let the"
                                                    + " Database open more by connections\\(\\.\\.\\.\\), or run fewer tasks at once"));
        }
    }

    @Test
    void serverThatCannotBeReachedIsToldAsWhatItIs() {
        Database nobody = Database.at("jdbc:postgresql://127.0.0.1:1/none").user("nobody");
        assertThatThrownBy(() -> Pools.borrow(nobody, "Batch 7", Duration.ofMillis(1_200)))
                .hasMessageMatching("(?s)no connection in \\d\\.\\d s: Connection to 127.0.0.1:1 refused.*")
                .isInstanceOfSatisfying(
                        SQLException.class,
                        thrown -> assertThat(thrown.getSQLState()).isEqualTo("08001"));
    }
}
