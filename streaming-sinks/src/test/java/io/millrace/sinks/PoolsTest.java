package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
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
}
