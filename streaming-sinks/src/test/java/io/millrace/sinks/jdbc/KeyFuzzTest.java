package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyFuzzTest {
    @Test
    void rowsOfEqualKeysEndAsIfEachHadComeAloneOnPostgres() throws Exception {
        List<String> told = new ArrayList<>();
        KeyFuzz fuzz = new KeyFuzz(new PostgresKeyFuzz(Server.database()), 20_261_128L, told::add);

        fuzz.small(1, 60);

        assertThat(fuzz.differences()).as(String.join("\n", told)).isZero();
        assertThat(fuzz.rows()).hasSizeGreaterThan(10);
    }
}
