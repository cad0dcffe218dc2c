package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyFuzzTest {
    @Test
    void rowsOfEqualKeysEndAsIfWrittenOneByOneOnPostgres() throws Exception {
        List<String> progress = new ArrayList<>();
        KeyFuzz fuzz = new KeyFuzz(new PostgresKeyFuzz(Server.database()), 20_261_128L, progress::add);

        fuzz.small(1, 60);

        assertThat(fuzz.differences()).as(String.join("\n", progress)).isZero();
        assertThat(fuzz.rows()).hasSizeGreaterThan(10);
    }
}
