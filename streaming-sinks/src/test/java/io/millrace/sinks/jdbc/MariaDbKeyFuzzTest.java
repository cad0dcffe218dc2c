package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MariaDbKeyFuzzTest {
    @Test
    void rowsOfEqualKeysEndAsIfWrittenOneByOneOnMariaDb() throws Exception {
        List<String> progress = new ArrayList<>();
        KeyFuzz fuzz = new KeyFuzz(new MariaDbKeyFuzz(MariaDb.database()), 20_261_128L, progress::add);

        fuzz.small(2, 60);

        assertThat(fuzz.differences()).as(String.join("\n", progress)).isZero();
        assertThat(fuzz.rows()).hasSizeGreaterThan(7);
    }
}
